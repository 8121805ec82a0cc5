import type { Clock } from "../../time/clock.js";
import type {
  ProxyCall,
  ProxyError,
  ProxyErrorCode,
  ProxyJob,
  ProxyUpload,
  ProxyUser,
} from "../proxy/proxy-wire.js";

/** The reason why a job was not started, failed, or is in doubt. */
export interface JobError extends Omit<ProxyError, "code"> {
  /**
   * As the proxy gives it. `endpoint`: no proxy answers at this address. `upload`: a file could not be uploaded. `connection`: no
   * answer came.
   */
  readonly code: ProxyErrorCode | "endpoint" | "upload" | "connection";
}

/** A call that was answered with a failure, or not at all. */
export class CallFailure extends Error {
  override readonly name = "CallFailure";
  readonly error: JobError;

  constructor(error: JobError) {
    super(error.message);
    this.error = error;
  }

  /** True where the same call may succeed later. Every call may be repeated: a submit has its key. */
  get isPassing(): boolean {
    return ["connection", "unavailable", "internal"].includes(this.error.code);
  }
}

/** The address of the proxy, and the function that sends requests to it. */
export interface ProxyAddress {
  readonly endpoint: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** The reply to each call. */
export type ReplyTo<Call extends ProxyCall> = Call["call"] extends "user"
  ? ProxyUser
  : Call["call"] extends "upload"
    ? ProxyUpload
    : ProxyJob;

/** The proxy answers within 8 seconds. */
const timeoutMs = 20_000;

/** Makes one call. Throws a CallFailure, or the signal's reason. */
export async function callProxy<Call extends ProxyCall>(
  { endpoint, fetch: send, clock }: ProxyAddress,
  call: Call,
  signal: AbortSignal,
): Promise<ReplyTo<Call>> {
  signal.throwIfAborted();
  const request = new AbortController();
  const stop = (): void => request.abort(signal.reason);
  signal.addEventListener("abort", stop);
  const late = clock.sleep(timeoutMs, request.signal).then(
    () => request.abort(),
    () => undefined,
  );
  try {
    const response = await send(endpoint, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(call),
      cache: "no-store",
      signal: request.signal,
    });
    return readReply(endpoint, response.status, await response.text()) as ReplyTo<Call>;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CallFailure) throw error;
    throw new CallFailure({ code: "connection", message: "There is no connection to the server." });
  } finally {
    signal.removeEventListener("abort", stop);
    request.abort();
    await late;
  }
}

/** Reads the body of an answer. Throws a CallFailure where it is not a reply of the proxy. */
function readReply(endpoint: string, status: number, text: string): object {
  const body = parse(text);
  if (status === 200 && "user" in body) return body;
  const { error } = body as { readonly error?: JobError };
  if (typeof error?.code === "string" && typeof error.message === "string") throw new CallFailure(error);
  if (status >= 500 || status === 429)
    throw new CallFailure({ code: "unavailable", message: "The server does not answer at the moment." });
  const message = `No proxy of runcomfy-models answers at ${endpoint} (status ${status}). Check the option endpoint.`;
  throw new CallFailure({ code: "endpoint", message });
}

function parse(text: string): object {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}
