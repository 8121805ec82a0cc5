import type { EventEmitter } from "node:events";
import type { Measurement, Wanted } from "../../media/measurement.js";

/** The message that asks for a file to be measured. */
export interface ParseTask {
  readonly kind: "image" | "tracks";
  readonly size: number;
  readonly head: Uint8Array;
  readonly wanted: Wanted;
}

/** A message of the parser: a request for bytes, or the outcome. */
export type ChildMessage =
  | { readonly id: number; readonly start: number; readonly end: number }
  | { readonly measured: Measurement }
  | { readonly failed: string };

/** The bytes of one request; `undefined` when they could not be read. */
export interface RequestedBytes {
  readonly id: number;
  readonly bytes: Uint8Array | undefined;
}

/** A process or a thread in which files are parsed: the part of Node's `ChildProcess` that is used. */
export interface ParserHost extends Pick<EventEmitter, "on" | "off"> {
  /** False when it has ended. */
  readonly connected: boolean;
  /** True for a thread: a damaged recording could fill its memory, and end the whole program. */
  readonly takesOnlyImages?: boolean;
  readonly send: (message: ParseTask | RequestedBytes, sent: (error: Error | null) => void) => unknown;
  readonly kill: (signal: "SIGKILL") => unknown;
}
