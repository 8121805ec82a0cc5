import type { IncomingMessage } from "node:http";
import type { Fault } from "../faults/fault.js";
import type { ReceivedMedia } from "../jobs/received-media.js";
import type { Route, Target } from "../service/routes.js";

/** A request that reached the emulator. No token is ever kept. */
export interface SeenRequest {
  readonly method: string;
  /** With its query; a token in it is masked. */
  readonly path: string;
  /** Undefined if the API has no such call. */
  readonly route?: Route;
  readonly model?: string;
  /** Of a submit: the id of the job that it made. */
  readonly requestId?: string;
  /** Of a submit: the media that its input named or brought along. */
  readonly media?: readonly ReceivedMedia[];
  /** True if the request had an `Authorization` header, even a wrong one. */
  readonly authorized: boolean;
  /** The status of the response; undefined without a response, or before it. */
  readonly status?: number;
  /** The fault that was applied to it. */
  readonly fault?: Fault;
}

/** A {@link SeenRequest} before its response is complete. */
export type OpenRequest = { -readonly [Key in keyof SeenRequest]: SeenRequest[Key] };

/** The requests so far, and a way to wait for the next one. */
export interface RequestLog {
  open(request: IncomingMessage, target: Target | undefined): OpenRequest;
  /** Tells those who wait that the request has had its effect; its response has not left yet. */
  arrived(request: OpenRequest): void;
  all(): readonly SeenRequest[];
  /** The next request that `fits`, once it has had its effect; rejects with the error that `fits` throws. */
  next(fits: (request: SeenRequest) => boolean): Promise<SeenRequest>;
  /** Reports that the request is answered or dropped; only the first report of a request counts. */
  readonly end: (request: SeenRequest) => void;
}

interface Waiter {
  readonly fits: (request: SeenRequest) => boolean;
  readonly resolve: (request: SeenRequest) => void;
  readonly reject: (error: unknown) => void;
}

/** The log drops its oldest request beyond this many. */
const mostRequests = 100_000;

/** Makes an empty log. */
export function createRequestLog(
  tokens: readonly string[],
  onEnd: (request: SeenRequest) => void,
): RequestLog {
  const requests: OpenRequest[] = [];
  const ended = new WeakSet<SeenRequest>();
  const waiters = new Set<Waiter>();
  return {
    open: (request, target) => {
      const opened = describeRequest(request, target, tokens);
      requests.push(opened);
      if (requests.length > mostRequests) requests.shift();
      return opened;
    },
    arrived: (request) => settleWaiters(waiters, request),
    all: () => requests.map((request) => ({ ...request })),
    next: (fits) => new Promise((resolve, reject) => waiters.add({ fits, resolve, reject })),
    end: (request) => {
      if (ended.has(request)) return;
      ended.add(request);
      onEnd(request);
    },
  };
}

function settleWaiters(waiters: Set<Waiter>, request: OpenRequest): void {
  for (const waiter of waiters) {
    try {
      if (!waiter.fits(request)) continue;
      waiter.resolve(request);
    } catch (error) {
      waiter.reject(error);
    }
    waiters.delete(waiter);
  }
}

function describeRequest(
  request: IncomingMessage,
  target: Target | undefined,
  tokens: readonly string[],
): OpenRequest {
  return {
    method: request.method ?? "GET",
    path: maskTokens(request.url ?? "/", tokens),
    authorized: request.headers.authorization !== undefined,
    ...(target && { route: target.route }),
    ...(target?.model !== undefined && { model: maskTokens(target.model, tokens) }),
    ...(target?.requestId !== undefined && { requestId: maskTokens(target.requestId, tokens) }),
  };
}

function maskTokens(text: string, tokens: readonly string[]): string {
  return tokens.reduce(
    (masked, token) => masked.replaceAll(token, "***").replaceAll(encodeURIComponent(token), "***"),
    text,
  );
}
