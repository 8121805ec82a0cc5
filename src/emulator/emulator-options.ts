import type { Fault } from "./faults/fault.js";
import type { SeenRequest } from "./server/request-log.js";
import type { ServiceOptions } from "./service/service-options.js";

/**
 * The behaviour of the emulated service, and the address that it listens on. The models, times, prices and ends of jobs are options of
 * the service: see `service/service-options.ts`.
 */
export interface EmulatorOptions extends ServiceOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `"127.0.0.1"`. An address that others can reach needs `allowRemote`. */
  readonly host?: string;
  /** Allows a `host` that other machines can reach. Default false. */
  readonly allowRemote?: boolean;
  /**
   * Host names by which requests may address the emulator, and from whose pages they may come, besides those of this machine:
   * `"emulator"` in a network of containers, `"app.test"` for a page. `"*"` allows all. Default: none.
   */
  readonly allowHosts?: readonly string[];
  /** The faults that are armed from the start. Default: none. */
  readonly faults?: readonly Fault[];
  /** Called once per request, when it is answered or dropped. `close()` rejects with an error that it throws. Default: none. */
  readonly onRequest?: (request: SeenRequest) => void;
}
