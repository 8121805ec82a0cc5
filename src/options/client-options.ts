import type { ErrorFields, JobRef, SubmitPhase } from "../errors/error-fields.js";
import type { CustomIssue } from "../errors/issue.js";
import type { Model } from "../input/model.js";
import type { Call } from "../protocol/exchange.js";
import type { JobUpdate } from "../protocol/status.js";
import type { Clock } from "../time/clock.js";

/** A token, or a function that gives one: called once, and again when the service refuses the last one. */
export type TokenSource = string | (() => string | Promise<string>);

/** Receives the client's remarks; `console` fits. Each line is free of the token. */
export interface Logger {
  readonly info?: (message: string) => void;
  readonly warn?: (message: string) => void;
  readonly error?: (message: string) => void;
}

/** One request that has ended, for logs and metrics. */
export interface RequestEvent {
  readonly call: Call;
  /** The model of a submit or of a job's request. */
  readonly model?: string;
  /** The id of the job that the request was about. */
  readonly job?: string;
  /** The first attempt of a call is 1. */
  readonly attempt: number;
  /** The HTTP status; 0 where no response came. */
  readonly status: number;
  /** The phase that the request reached; `"answered"`: the response is whole. */
  readonly phase: SubmitPhase;
  /** Milliseconds from the start of the request to its end. */
  readonly ms: number;
  /** The wait that the response asked for. */
  readonly retryAfterMs?: number;
}

// The defaults that are named below are set in `settings.ts` and `wait-time.ts`; the defaults of one call in `client.ts`.

/** Options of `createClient`; every key may be left out. */
export interface ClientOptions {
  /** Default: `RUNCOMFY_TOKEN`, `RUNCOMFY_API_TOKEN` or `RUNCOMFY_API_KEY` of the environment. */
  readonly token?: TokenSource | undefined;
  /** Default: `RUNCOMFY_BASE_URL` of the environment, else `"https://model-api.runcomfy.net"`. Only https, but for localhost. */
  readonly baseUrl?: string | undefined;
  /** Address of the balance call. Default `"https://api.runcomfy.net"`, or `baseUrl` where one is given. */
  readonly balanceUrl?: string | undefined;
  /**
   * Used for every request, paid ones too: a lost connection then always counts as unknown. Default: the platform's fetch,
   * and on Node a fresh connection for each paid request.
   */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** A token in a page can be read by its visitors. Default false: a client in a browser throws a ConfigError. */
  readonly allowTokenInBrowser?: boolean | undefined;
  /** Ends everything that this client does. Default none. */
  readonly signal?: AbortSignal | undefined;
  /** The longest wait for a job. Default 1,800,000 (30 minutes). */
  readonly timeoutMs?: number | undefined;
  /** The longest time for one request, its response read. Default 30,000. */
  readonly requestTimeoutMs?: number | undefined;
  /** The longest time for one paid request. Default 60,000. */
  readonly submitTimeoutMs?: number | undefined;
  /** The longest time for a paid request's connection to open; only on Node. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** The shortest interval between two polls of one job. Default 500. */
  readonly minPollIntervalMs?: number | undefined;
  /** The longest interval between two polls of one job, unless the service or the number of jobs asks for more. Default 5,000. */
  readonly maxPollIntervalMs?: number | undefined;
  /**
   * Requests a second about all jobs of this client together, after a burst of one second. Default: 10; while more than 250 jobs
   * are waited for a 25th of their number, at most 100.
   */
  readonly requestsPerSecond?: number | undefined;
  /** Default none: the client is silent. */
  readonly logger?: Logger | undefined;
  /** Called for each change of a job that is waited for. What it throws is logged, never passed on. Default none. */
  readonly onStatus?: ((update: JobUpdate, job: JobRef) => unknown) | undefined;
  /** Called after each request. What it throws is logged, never passed on. Default none. */
  readonly onRequest?: ((event: RequestEvent) => unknown) | undefined;
  /**
   * Gives ids like one that does not exist, for the error's `nearest` and message: `nearest` of `runcomfy-models/catalogue`, or
   * its `nearestLive`. Awaited for at most 10 s. Default none.
   */
  readonly suggest?: ((modelId: string) => readonly string[] | Promise<readonly string[]>) | undefined;
  /** Default: the platform's. */
  readonly clock?: Clock | undefined;
  /** Numbers from 0 up to 1 for the jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** A check of an input beyond the model's schema. */
export type Precheck = (
  model: Model,
  input: unknown,
  options: { readonly signal: AbortSignal },
) => Promise<readonly CustomIssue[]>;

/** Options of `submit`; every key may be left out. */
export interface SubmitOptions {
  /**
   * Aborting before the request left ends it with the signal's reason; later with a SubmitUnknownError whose `cause` is that
   * reason. Default none.
   */
  readonly signal?: AbortSignal | undefined;
  /** The longest time to try before the request has left, waits after "too many requests" included. Default 900,000 (15 minutes). */
  readonly timeoutMs?: number | undefined;
  /** Check the input against the model before sending. False: only what JSON cannot carry is refused. Default true. */
  readonly check?: boolean | undefined;
  /**
   * Your own check, awaited after the input check and before anything is paid; `mediaCheck()` of `runcomfy-models/node` fits. Its
   * issues are thrown as an InputError, those with `severity: "warning"` go to the logger; what it throws is passed on. Not called
   * for a model that is known only by its id. Default none.
   */
  readonly precheck?: Precheck | undefined;
  /**
   * Refuse, with an InputError, a job that may cost more US dollars than this. A job whose price is not known, or known only as
   * a starting price, is refused too, unless `assumeUsd` says what to count with. Default: no limit.
   */
  readonly maxUsd?: number | undefined;
  /** US dollars to count for the job where its price is not known exactly; the estimate counts where it is higher. Default none. */
  readonly assumeUsd?: number | undefined;
  /**
   * Awaited for each attempt before the first byte of the paid request: on Node after the connection has opened. Where it throws,
   * nothing is sent and `submit` rejects with what it threw. Default none.
   */
  readonly onSend?: ((event: { readonly model: string; readonly attempt: number }) => unknown) | undefined;
  /**
   * Awaited when an attempt certainly started nothing: it was refused, or never left. `retryInMs` is set where another attempt
   * follows. What it throws is passed on, and no further attempt is made. Default none.
   */
  readonly onRefused?:
    | ((event: {
        readonly attempt: number;
        readonly error: Error & ErrorFields;
        readonly retryInMs?: number;
      }) => unknown)
    | undefined;
  /**
   * Called as soon as the job is accepted, with what finds it again; awaited for at most 5 s. What it throws is logged, never
   * passed on. Default none.
   */
  readonly onJob?: ((job: JobRef) => unknown) | undefined;
}

/** Options of a wait; every key may be left out. */
export interface WaitOptions {
  /** Aborting stops the waiting, not the job: the call rejects with a JobAbortedError. Default none. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** Options of `job.result`. */
export interface ResultOptions extends WaitOptions {
  /** Called for each change of status or queue position. What it throws is logged, never passed on. Default none. */
  readonly onUpdate?: ((update: JobUpdate) => unknown) | undefined;
}

/** Options of `run`: its `timeoutMs` covers both the submit and the wait. */
export interface RunOptions extends SubmitOptions, ResultOptions {
  /** Ask the service to cancel when `signal` aborts; only queued jobs can be. Default false: the job goes on and may be billed. */
  readonly cancelOnAbort?: boolean | undefined;
}

/** Options of a call that only a signal can end. */
export interface SignalOptions {
  /** Default none. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `job.status`. */
export interface StatusOptions extends SignalOptions {
  /** Report trouble that passes as `trouble` of the update instead of repeating the request and throwing. Default false. */
  readonly tolerant?: boolean | undefined;
}
