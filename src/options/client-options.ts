import type { JobRef } from "../errors/errors.js";
import type { CustomIssue } from "../errors/issue.js";
import type { Model } from "../input/model.js";
import type { JobUpdate } from "../protocol/status.js";
import type { Clock } from "../time/clock.js";
import type { TokenSource } from "../wire/token.js";

/** Where the client's remarks go; `console` fits. Each line is free of the token. */
export interface Logger {
  readonly info?: (message: string) => void;
  readonly warn?: (message: string) => void;
  readonly error?: (message: string) => void;
}

/** What `createClient` takes; every key may be left out. */
export interface ClientOptions {
  /** Default: `RUNCOMFY_TOKEN`, `RUNCOMFY_API_TOKEN` or `RUNCOMFY_API_KEY` of the environment. */
  readonly token?: TokenSource | undefined;
  /** Default: `RUNCOMFY_BASE_URL` of the environment, else `"https://model-api.runcomfy.net"`. Only https, but for localhost. */
  readonly baseUrl?: string;
  /** Where the balance is asked. Default `"https://api.runcomfy.net"`, or `baseUrl` where one is given. */
  readonly balanceUrl?: string;
  /**
   * Used for every request, paid ones too: a lost connection then always counts as unknown. Default: the platform's fetch,
   * and on Node a fresh connection for each paid request.
   */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** A token in a page is readable by its visitors. Default false: a client in a browser throws a ConfigError. */
  readonly allowTokenInBrowser?: boolean;
  /** Ends everything that this client does. Default none. */
  readonly signal?: AbortSignal;
  /** How long a job is waited for. Default 1,800,000 (30 minutes). */
  readonly timeoutMs?: number;
  /** How long one request may take, body and all. Default 30,000. */
  readonly requestTimeoutMs?: number;
  /** How long one paid request may take. Default 60,000. */
  readonly submitTimeoutMs?: number;
  /** How long a connection for a paid request may take to open. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** The shortest gap between two looks at one job. Default 500. */
  readonly minGapMs?: number;
  /** The longest gap between two looks at one job, unless the service asks for more. Default 5,000. */
  readonly maxGapMs?: number;
  /** Looks per second of all jobs of this client together, after a burst of one second. Default 10. */
  readonly looksPerSecond?: number;
  /** Default none: the client is silent. */
  readonly logger?: Logger;
  /** Called for each change of a job that is waited for. What it throws is logged, never passed on. Default none. */
  readonly onStatus?: (update: JobUpdate, job: JobRef) => unknown;
  /** Ids like one that does not exist. Default: a look into the live catalogue. */
  readonly suggest?: (modelId: string) => readonly string[] | Promise<readonly string[]>;
  /** Default: the platform's. */
  readonly clock?: Clock;
  /** Numbers from 0 up to 1 for the jitter. Default `Math.random`. */
  readonly random?: () => number;
}

/** What is wrong with an input beyond what the model's schema tells. */
export type Precheck = (
  model: Model,
  input: unknown,
  options: { readonly signal: AbortSignal },
) => Promise<readonly CustomIssue[]>;

/** What `submit` takes; every key may be left out. */
export interface SubmitOptions {
  /**
   * Aborting before the request left ends it with the signal's reason; later with a SubmitUnknownError whose `cause` is that
   * reason. Default none.
   */
  readonly signal?: AbortSignal | undefined;
  /** How long to try before the request has left, waits after "too many requests" among it. Default 900,000 (15 minutes). */
  readonly timeoutMs?: number | undefined;
  /** Check the input against the model before sending. False leaves only what JSON cannot carry refused. Default true. */
  readonly check?: boolean | undefined;
  /**
   * A check of yours, awaited after the input check and before anything is paid; `mediaCheck()` of `runcomfy-models/node` fits. Its issues
   * are thrown as an InputError, those with `severity: "warning"` go to the logger; what it throws is passed on. Not called for a model
   * that is known only by its id. Default none.
   */
  readonly precheck?: Precheck | undefined;
  /**
   * Refuse, with an InputError, a job whose starting price by `estimate` is more US dollars than this. A job without a known price is
   * refused too: a model that the catalogue states no price for, and a model that is known only by its id. Default: no limit.
   */
  readonly maxUsd?: number | undefined;
}

/** What waiting takes; every key may be left out. */
export interface WaitOptions {
  /** Aborting stops the waiting, not the job. Default none. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** What `job.result` takes. */
export interface ResultOptions extends WaitOptions {
  /** Called for each change of status or queue position. What it throws is logged, never passed on. Default none. */
  readonly onUpdate?: ((update: JobUpdate) => unknown) | undefined;
}

/** What `run` takes: of `timeoutMs` both the submit and the wait. */
export interface RunOptions extends SubmitOptions, ResultOptions {
  /** Called once the job is accepted: what to keep to find it again, whatever happens to this process. Default none. */
  readonly onJob?: ((job: JobRef) => unknown) | undefined;
  /** Ask the service to cancel when `signal` aborts; only queued jobs can be. Default false: the job goes on and may be billed. */
  readonly cancelOnAbort?: boolean | undefined;
}

/** The options with their defaults. */
export interface Settings extends Required<
  Omit<
    ClientOptions,
    "token" | "allowTokenInBrowser" | "fetch" | "signal" | "logger" | "onStatus" | "suggest"
  >
> {
  readonly fetch: ClientOptions["fetch"];
  readonly signal: AbortSignal | undefined;
  readonly onStatus: ClientOptions["onStatus"];
  readonly log: (level: keyof Logger, message: string) => void;
}
