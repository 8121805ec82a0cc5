import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createNetServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { ConfigError } from "../errors/errors.js";
import { answerRefusal, bodyOf } from "./answer.js";
import type { Answer, Call } from "./answer.js";
import { answerCall } from "./api.js";
import { allowPage, answerPreflight, isPreflight } from "./cors.js";
import type { Fault } from "./fault.js";
import type { FaultBox } from "./faults.js";
import type { OpenRequest, RequestLog } from "./request-log.js";
import { findTarget } from "./routes.js";
import type { Target } from "./routes.js";
import { isProcessed, spoilAnswer } from "./spoil.js";
import { resetNow, writeSpoilt } from "./wire.js";
import type { World } from "./world.js";

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** Where to listen, and what is to go wrong. */
export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly faults: FaultBox;
  readonly log: RequestLog;
}

/** Serves a world over HTTP/1.1. */
export async function listen(world: World, options: ServerOptions): Promise<Listening> {
  const sockets = new Set<Socket>();
  const http = createServer({ requestTimeout: 0, keepAliveTimeout: 30_000 }, (request, response) => {
    // Whatever else goes wrong in here is the end of this connection, never of the process.
    serve(world, options, request, response).catch(() => request.socket.destroy());
  });
  const net = createNetServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const fault = options.faults.take({ route: "connection" });
    if (fault?.reset) resetNow(socket);
    else if (!fault?.never) http.emit("connection", socket);
  });
  await new Promise<void>((resolve, reject) => {
    net.once("error", reject);
    net.listen(options.port, options.host, resolve);
  });
  return {
    port: (net.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        net.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function serve(
  world: World,
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
  const found = findTarget(request.method ?? "GET", path);
  const target = found && "route" in found ? found : undefined;
  const seen = options.log.open(request, target);
  try {
    await respond(world, options, request, response, { found, target, seen, query });
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      // The caller has left, before the answer or in the middle of it.
      options.log.onAnswer(seen);
      throw error;
    }
    // A function of the options failed: the client hears of it, and so does the author of the test.
    world.mishaps.add(error);
    const answer = answerRefusal({ status: 500, code: 500001, message: error.message }, world.spelling);
    seen.status = answer.status;
    options.log.onAnswer(seen);
    send(request, response, answer);
  }
}

interface Arrived {
  readonly found: ReturnType<typeof findTarget>;
  readonly target: Target | undefined;
  readonly seen: OpenRequest;
  readonly query: string;
}

async function respond(
  world: World,
  { faults, log }: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  { found, target, seen, query }: Arrived,
): Promise<void> {
  const fault = target && faults.take(describeTarget(world, target));
  if (fault) seen.fault = fault;
  if (fault?.reset === "head") {
    log.arrived(seen);
    return resetWithoutAnswer(request, log, seen);
  }
  const body = await readBody(request);
  const call: Call = {
    method: request.method ?? "GET",
    query: new URLSearchParams(query),
    headers: fault?.ignoreRange ? { ...request.headers, range: undefined } : request.headers,
    body: body ?? new Uint8Array(),
  };
  const reply = () =>
    isPreflight(request.method, request.headers)
      ? answerPreflight(request.headers)
      : answerFound(world, body ? found : "too large", call);
  const answer = fault && !isProcessed(fault) ? undefined : reply();
  const made = answer?.json?.["request_id"];
  if (typeof made === "string") seen.requestId = made;
  log.arrived(seen);
  if (fault) return spoil(world, fault, answer, request, log, seen);
  seen.status = answer!.status;
  log.onAnswer(seen);
  send(request, response, answer!);
}

/** Lets a fault for one model find the calls of that model's jobs too. */
function describeTarget(world: World, target: Target): Target {
  const model = target.requestId === undefined ? undefined : world.queue.get(target.requestId)?.model;
  return model === undefined ? target : { ...target, model };
}

/** About the largest body that documented inputs can need: data URIs of a video and a few images. */
const largestBody = 256 * 2 ** 20;

/** The whole body, or undefined where it is too large. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size <= largestBody) chunks.push(chunk);
  }
  return size > largestBody ? undefined : Buffer.concat(chunks);
}

function answerFound(world: World, found: ReturnType<typeof findTarget> | "too large", call: Call): Answer {
  if (found === "too large") {
    return answerRefusal({ status: 400, code: 400001, message: "The body is too large." }, world.spelling);
  }
  if (!found) {
    return answerRefusal({ status: 404, code: 404001, message: "The API has no such call." }, world.spelling);
  }
  if ("route" in found) return answerCall(world, found, call);
  const message = `This call takes ${found.allow}.`;
  return answerRefusal({ status: 405, code: 405001, message }, world.spelling, { allow: found.allow });
}

async function spoil(
  world: World,
  fault: Fault,
  answer: Answer | undefined,
  request: IncomingMessage,
  log: RequestLog,
  seen: OpenRequest,
): Promise<void> {
  const { socket } = request;
  const gone = new AbortController();
  socket.once("close", () => gone.abort());
  if (fault.delayMs !== undefined) await world.clock.sleep(fault.delayMs, gone.signal);
  if (fault.never) return log.onAnswer(seen);
  if (fault.reset === "before" || fault.reset === "after") return resetWithoutAnswer(request, log, seen);
  const spoilt = allowPage(request.headers, spoilAnswer(world, answer, fault, seen.requestId));
  seen.status = spoilt.status;
  log.onAnswer(seen);
  const line = { socket, clock: world.clock, signal: gone.signal, bodiless: request.method === "HEAD" };
  await writeSpoilt(line, spoilt, fault);
}

function resetWithoutAnswer(request: IncomingMessage, log: RequestLog, seen: OpenRequest): void {
  log.onAnswer(seen);
  resetNow(request.socket);
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const body = bodyOf(answer);
  response.writeHead(answer.status, {
    ...(allowPage(request.headers, answer).headers as { [name: string]: string | string[] }),
    ...(answer.status !== 304 && { "content-length": answer.length ?? body.byteLength }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
