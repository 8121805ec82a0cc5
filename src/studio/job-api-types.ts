import type { State } from "../once/record/record.js";
import type { ApiInput } from "./api-types.js";

/** The requests and answers about jobs between the studio's page and its server. Dates are ISO 8601 in UTC. */

/** `POST /api/jobs`: the one request that pays. Answers 202, or 200 where the key's job is there already. */
export interface SubmitRequest {
  /** Made by the page for each click; the same key twice is one job. 8 to 100 letters, digits and dashes. */
  readonly key: string;
  readonly model: string;
  readonly input: ApiInput;
  /** US dollars that the button showed. Where the price is higher by now, nothing is sent: 409, `price`. */
  readonly agreedUsd?: number;
  /** US dollars that a person wants counted for this job, where `needsAssumption` asked for it. */
  readonly assumeUsd?: number;
}

/** The answer of every request about one job. */
export interface JobAnswer {
  readonly record: StudioJob;
}

/**
 * A job of the user's record, or a manifest of the folder. `state` is that of the record; `error` tells why a job failed, is unknown,
 * or was not sent.
 */
export interface StudioJob {
  /** Names the job in requests. */
  readonly key: string;
  readonly model: string;
  readonly title: string;
  readonly state: State;
  /** The service's own status, while this studio waits for the job; `"saving"` while its files are fetched. */
  readonly status?: "in_queue" | "in_progress" | "completed" | "unknown" | "saving";
  /** The number of jobs ahead. */
  readonly queuePosition?: number;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** Milliseconds that the service took. */
  readonly tookMs?: number;
  /** US dollars that were estimated. */
  readonly usd?: number;
  /** US dollars that the service charged. */
  readonly costUsd?: number;
  /** The request id. */
  readonly job?: string;
  /** Request ids of further jobs under this key, each of which may be paid. */
  readonly otherJobs?: readonly string[];
  readonly input?: ApiInput;
  readonly files: readonly StudioFile[];
  /** True where `retry` sends the job for the first time: it was never sent, and no batch will send it. */
  readonly sendable?: true;
  /** True where `fetch` waits for the job and gets its files: some are missing, or nobody here waits for it. */
  readonly fetchable?: true;
  /** The address of the manifest, JSON, where there is one. */
  readonly manifest?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly favourite: boolean;
  /** The batch that the job is a row of: the name of its file. */
  readonly batch?: string;
}

/** A file of a job. */
export interface StudioFile {
  readonly name: string;
  /** The content type. */
  readonly type: string;
  readonly bytes?: number;
  /** The address of the bytes; absent for a file that is gone, or lies outside the folders that the studio may show. */
  readonly url?: string;
  /** True where `/thumbs/KEY/NAME` has a small picture. */
  readonly thumb: boolean;
}

/** `GET /api/jobs?before=&limit=&text=&state=&favourite=`, the newest first. */
export interface JobList {
  readonly records: readonly StudioJob[];
  /** The number of all records that fit. */
  readonly total: number;
  /** `before` of the next page; absent on the last one. */
  readonly next?: string;
}

/** `GET /api/changes?since=N`: the records that changed after a version. Without `since` the version alone. */
export interface Changes {
  readonly version: number;
  readonly records: readonly StudioJob[];
  /** Keys of records that are gone. */
  readonly removed: readonly string[];
}

/** `GET /api/jobs/KEY/balance`, in US dollars: a hint whether an unknown job was paid. Other jobs of the account count, too. */
export interface BalanceHint {
  /** Before the job was sent. */
  readonly beforeUsd?: number;
  readonly nowUsd: number;
}

/** `POST /api/jobs/KEY/accept`. The other requests about a job, `cancel`, `refuse`, `retry`, `fetch` and `reveal`, take `{}`; `retry` also `agreedUsd` and `assumeUsd`. */
export interface AcceptRequest {
  /** The request id that a person found at the service. */
  readonly id: string;
}

/** `POST /api/jobs/KEY/favourite`. */
export interface FavouriteRequest {
  readonly on: boolean;
}
