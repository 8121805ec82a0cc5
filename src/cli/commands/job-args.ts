import { CommandError } from "../terminal/exit-code.js";

/** The options of every command that calls the service, as commander gives them. */
export interface ServiceArgs {
  readonly baseUrl?: string | undefined;
  readonly json?: boolean | undefined;
}

/** The options of every command that waits for a job or saves its files. */
export interface WaitArgs extends ServiceArgs {
  /** Seconds. */
  readonly timeout?: string | undefined;
  /** A directory. */
  readonly save?: string | undefined;
  readonly force?: boolean | undefined;
  readonly cancelOnInterrupt?: boolean | undefined;
}

/** The options of every command that takes a request id. */
export interface JobArgs extends WaitArgs {
  /** A model's id. */
  readonly model?: string;
}

/** The options of `run` and `submit`. */
export interface SubmitArgs extends WaitArgs {
  /** A file's path, or `-` for standard input. */
  readonly input?: string;
  readonly maxUsd?: string;
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

/** US dollars of `--max-usd`. */
export function readMaxUsd({ maxUsd }: SubmitArgs): number | undefined {
  if (maxUsd === undefined) return undefined;
  const amount = Number(maxUsd);
  if (maxUsd.trim() === "" || !(amount >= 0))
    throw new CommandError(`--max-usd takes an amount in US dollars. Given: ${JSON.stringify(maxUsd)}.`);
  return amount;
}
