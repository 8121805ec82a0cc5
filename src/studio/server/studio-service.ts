import type { IncomingMessage, ServerResponse } from "node:http";
import type { Setup } from "../api-types.js";
import type { JobActions } from "../jobs/job-actions.js";
import type { JobSender } from "../jobs/job-sender.js";
import type { StudioParts } from "../jobs/studio-parts.js";
import type { StudioSessions } from "./studio-session.js";

/** The parts that all routes share. */
export interface StudioService {
  readonly parts: StudioParts;
  readonly sender: JobSender;
  readonly actions: JobActions;
  readonly sessions: StudioSessions;
  /** The folder of the page's files. */
  readonly pageFolder: string;
  readonly setup: () => Promise<Setup>;
  /** Aborts when the studio ends. */
  readonly signal: AbortSignal;
}

/** One request. */
export interface StudioCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** The parts of the path, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}
