import type { IncomingMessage, ServerResponse } from "node:http";
import { ConfigError } from "../../errors/errors.js";
import { resetNow, writeFaulty } from "../faults/faulty-bytes.js";
import type { FaultList } from "../faults/fault-list.js";
import type { Fault } from "../faults/fault.js";
import { applyFault, isProcessed } from "../faults/faulty-response.js";
import { largestRequestBytes, largestRequestMib } from "../../protocol/body-limits.js";
import { findTarget } from "../service/routes.js";
import type { Target } from "../service/routes.js";
import { respond } from "../service/service-calls.js";
import { encodeBody, respondError } from "../service/service-response.js";
import type { ServiceRequest, ServiceResponse } from "../service/service-response.js";
import type { ServiceState } from "../service/service-state.js";
import { allowAnyOrigin, isPreflight, respondPreflight } from "./cors.js";
import { refuseForeignHost, type OwnHosts } from "./own-hosts.js";
import type { OpenRequest, RequestLog } from "./request-log.js";

/** A request that has arrived, with the parts that are needed to serve it. */
export interface ServedRequest {
  readonly state: ServiceState;
  readonly ownHosts: OwnHosts;
  readonly faults: FaultList;
  readonly log: RequestLog;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface LoggedRequest extends ServedRequest {
  readonly found: ReturnType<typeof findTarget>;
  readonly query: string;
  /** The request's entry in the log. */
  readonly seen: OpenRequest;
}

/** Serves one request: applies its faults, carries it out, sends the response, and logs it. */
export async function serve(served: ServedRequest): Promise<void> {
  const { state, log, request } = served;
  const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
  const found = findTarget(request.method ?? "GET", path);
  const seen = log.open(request, found && "route" in found ? found : undefined);
  const logged = { ...served, found, query, seen };
  try {
    await serveLogged(logged);
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      // The client has closed the connection, before the response or in the middle of it.
      log.end(seen);
      throw error;
    }
    // A callback of the options failed: the client gets the reason, and `close()` rejects with it.
    state.callbackErrors.add(error);
    const refusal = { status: 500, code: 500001, message: error.message };
    sendLogged(logged, respondError(refusal, state.wireFormat));
  }
}

async function serveLogged(logged: LoggedRequest): Promise<void> {
  const { state, ownHosts, faults, log, request, found, seen } = logged;
  const foreign = refuseForeignHost(request, ownHosts);
  if (foreign) {
    log.arrived(seen);
    // Sent without CORS headers: a page of another origin may not read this answer.
    return sendLogged(logged, respondError(foreign, state.wireFormat), (answer) => answer);
  }
  const target = found && "route" in found ? found : undefined;
  const fault = target && faults.take(addModel(state, target));
  if (fault) seen.fault = fault;
  if (fault?.reset === "head") {
    log.arrived(seen);
    return resetLogged(logged);
  }
  const body = await readBody(request);
  const response = fault && !isProcessed(fault) ? undefined : createResponse(logged, body, fault);
  const requestId = response?.json?.["request_id"];
  if (typeof requestId === "string") seen.requestId = requestId;
  if (response?.media?.length) seen.media = response.media;
  log.arrived(seen);
  if (fault) await sendFaulty(logged, response, fault);
  else sendLogged(logged, response!);
}

/** Adds the job's model to the target, so that a fault for one model applies to the calls of that model's jobs too. */
function addModel(state: ServiceState, target: Target): Target {
  const model = target.requestId === undefined ? undefined : state.queue.get(target.requestId)?.model;
  return model === undefined ? target : { ...target, model };
}

/** The whole body, or undefined if it is too large. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size <= largestRequestBytes) chunks.push(chunk);
  }
  return size > largestRequestBytes ? undefined : Buffer.concat(chunks);
}

function createResponse(
  { state, request, found, query }: LoggedRequest,
  body: Uint8Array | undefined,
  fault: Fault | undefined,
): ServiceResponse {
  const { wireFormat } = state;
  if (isPreflight(request.method, request.headers)) return respondPreflight(request.headers);
  if (!body)
    return respondError(
      { status: 413, code: 413001, message: `The body is larger than ${largestRequestMib} MiB.` },
      wireFormat,
    );
  if (!found)
    return respondError({ status: 404, code: 404001, message: "The API has no such call." }, wireFormat);
  if (!("route" in found)) {
    const message = `This call takes ${found.allow}.`;
    return respondError({ status: 405, code: 405001, message }, wireFormat, { allow: found.allow });
  }
  const asked: ServiceRequest = {
    method: request.method ?? "GET",
    query: new URLSearchParams(query),
    headers: fault?.ignoreRange ? { ...request.headers, range: undefined } : request.headers,
    body,
  };
  return respond(state, found, asked);
}

async function sendFaulty(
  logged: LoggedRequest,
  response: ServiceResponse | undefined,
  fault: Fault,
): Promise<void> {
  const { state, log, request, seen } = logged;
  const { socket } = request;
  const closed = new AbortController();
  socket.once("close", () => closed.abort());
  if (fault.delayMs !== undefined) await state.clock.sleep(fault.delayMs, closed.signal);
  if (fault.never) return log.end(seen);
  if (fault.reset === "before" || fault.reset === "after") return resetLogged(logged);
  const faulty = allowAnyOrigin(request.headers, applyFault(state, response, fault, seen.requestId));
  seen.status = faulty.status;
  log.end(seen);
  const isHead = request.method === "HEAD";
  await writeFaulty({ socket, clock: state.clock, signal: closed.signal, isHead }, faulty, fault);
}

function resetLogged({ log, request, seen }: LoggedRequest): void {
  log.end(seen);
  resetNow(request.socket);
}

function sendLogged(
  { log, request, response, seen }: LoggedRequest,
  answer: ServiceResponse,
  addHeaders = (plain: ServiceResponse) => allowAnyOrigin(request.headers, plain),
): void {
  seen.status = answer.status;
  log.end(seen);
  const body = encodeBody(answer);
  response.writeHead(answer.status, {
    ...(addHeaders(answer).headers as { [name: string]: string | string[] }),
    ...(answer.status !== 304 && { "content-length": answer.length ?? body.byteLength }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
