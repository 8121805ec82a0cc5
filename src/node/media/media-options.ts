import {
  aBoolean,
  aPositiveNumber,
  aSignal,
  checkOptions,
  type OptionRules,
  aClock,
} from "../../options/check-options.js";
import type { Clock } from "../../time/clock.js";
import { guardOptions } from "../net/destination.js";

/** Options of `checkMedia`, `mediaCheck` and `requireMedia`. */
export interface CheckMediaOptions {
  /** Hosts that may be asked, such as `"*.example.com"`. Default: every public host. */
  readonly hosts?: readonly string[] | undefined;
  /** Also read from this machine, over `http:` too; for tests. Default `false`. */
  readonly allowLocalhost?: boolean | undefined;
  /** IP addresses and ranges that count as public, such as `"198.18.0.0/15"` behind a VPN in fake-IP mode. Default: none. */
  readonly allowAddresses?: readonly string[] | undefined;
  /** Take paths and `file:` URLs as files of this machine. Never set it for input that comes from others. Default `false`. */
  readonly allowLocalFiles?: boolean | undefined;
  /** Time for one file in milliseconds; all files together have ten times that. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** Ends the check. Default none. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the platform's. */
  readonly clock?: Clock | undefined;
}

const optionRules: OptionRules<CheckMediaOptions> = {
  ...guardOptions,
  allowLocalFiles: aBoolean,
  timeoutMs: aPositiveNumber,
  signal: aSignal,
  clock: aClock,
};

/** Refuses options that cannot be used. `call` names the function that was called. */
export function checkMediaOptions(call: string, options: CheckMediaOptions): void {
  checkOptions(call, options, optionRules);
}
