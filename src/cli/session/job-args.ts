import { isHostPattern } from "../../node/net/destination.js";
import { isAddressRange } from "../../node/net/ip-address.js";
import type { SourceArgs } from "../models/own-models.js";
import { CommandError } from "../terminal/exit-code.js";

/** The options of every command that calls the service, as commander gives them. */
export interface ServiceArgs {
  readonly baseUrl?: string | undefined;
  readonly json?: boolean | undefined;
}

/** The options of every command that saves files. */
export interface SaveArgs extends ServiceArgs {
  /** A directory. */
  readonly save?: string | undefined;
  readonly force?: boolean | undefined;
  /** Names of hosts, with commas. */
  readonly hosts?: string | undefined;
  /** IP addresses and ranges, with commas. */
  readonly allowAddress?: string | undefined;
}

/** The options of every command that waits for a job. */
export interface WaitArgs extends SaveArgs {
  /** Seconds. */
  readonly timeout?: string | undefined;
  readonly cancelOnInterrupt?: boolean | undefined;
}

/** The options of every command that takes a job. */
export interface JobArgs extends WaitArgs {
  /** The job that was started last. */
  readonly last?: boolean;
  /** A model's id. */
  readonly model?: string;
}

/** The options of every command whose input may have files of this machine. */
export interface FileArgs {
  /** `s3://bucket/prefix`, where files go that are too large for the request. */
  readonly upload?: string | undefined;
  /** Folders from which files may be read that are not named on the command line. */
  readonly allowDir?: readonly string[] | undefined;
}

/** The options of `run` and `submit`. */
export interface SubmitArgs extends WaitArgs, FileArgs, SourceArgs {
  /** A file's path, or `-` for standard input. */
  readonly input?: string;
  /** The same key twice is one job. */
  readonly key?: string;
  /** US dollars, as `assumeUsd`. */
  readonly maxUsd?: string;
  readonly assumeUsd?: string;
  /** Commander's name for `--no-wait`. */
  readonly wait?: boolean;
  /** Commander's name for `--no-check`. */
  readonly check?: boolean;
}

/** Milliseconds of `--timeout`, which counts seconds. */
export function readTimeout({ timeout }: WaitArgs): number | undefined {
  if (timeout === undefined) return undefined;
  const seconds = Number(timeout);
  if (!(seconds > 0))
    throw new CommandError(`--timeout takes seconds, more than 0. Given: ${JSON.stringify(timeout)}.`);
  return seconds * 1000;
}

/** The price options of `submit`, in US dollars. */
export function readPriceLimits({ maxUsd, assumeUsd }: SubmitArgs): {
  readonly maxUsd?: number;
  readonly assumeUsd?: number;
} {
  return {
    ...readAmount("maxUsd", "--max-usd", maxUsd),
    ...readAmount("assumeUsd", "--assume-usd", assumeUsd),
  };
}

function readAmount<Name extends string>(
  name: Name,
  flag: string,
  text: string | undefined,
): { readonly [Key in Name]?: number } {
  if (text === undefined) return {};
  const amount = Number(text.replace(/^\$/, ""));
  if (!/\d/.test(text) || !(amount >= 0 && amount < Infinity))
    throw new CommandError(`${flag} takes an amount in US dollars. Given: ${JSON.stringify(text)}.`);
  return { [name]: amount } as { [Key in Name]: number };
}

/** The places of `--hosts` and `--allow-address`, from which files may be fetched. */
export function readPlaces({ hosts, allowAddress }: SaveArgs): {
  readonly hosts: string[];
  readonly allowAddresses: string[];
} {
  const places = { hosts: splitList(hosts), allowAddresses: splitList(allowAddress) };
  refuseItem("--hosts", 'hosts such as "media.example.com" or "*.example.com"', places.hosts, isHostPattern);
  const ranges = 'IP addresses and ranges such as "198.18.0.0/15"';
  refuseItem("--allow-address", ranges, places.allowAddresses, isAddressRange);
  return places;
}

function refuseItem(
  flag: string,
  expected: string,
  items: readonly string[],
  isFit: (item: string) => boolean,
): void {
  const wrong = items.find((item) => !isFit(item));
  if (wrong !== undefined)
    throw new CommandError(`${flag} takes ${expected}, with commas. Given: ${JSON.stringify(wrong)}.`);
}

function splitList(text = ""): string[] {
  return text.split(",").flatMap((item) => item.trim() || []);
}
