import type { IncomingMessage } from "node:http";
import type { Fault } from "./fault.js";
import type { Route, Target } from "./routes.js";

/** A request that reached the emulator. No token is ever kept. */
export interface SeenRequest {
  readonly method: string;
  /** With its query; a token in it is masked. */
  readonly path: string;
  /** Undefined where the API has no such call. */
  readonly route?: Route;
  readonly model?: string;
  /** Of a submit: the id of the job that it made. */
  readonly requestId?: string;
  /** Whether it carried an `Authorization` header, right or wrong. */
  readonly authorized: boolean;
  /** The status that was answered; undefined where nothing was, or not yet. */
  readonly status?: number;
  /** The fault that spoilt it. */
  readonly fault?: Fault;
}

/** A {@link SeenRequest} while it is being answered. */
export type OpenRequest = { -readonly [Key in keyof SeenRequest]: SeenRequest[Key] };

/** The requests so far, and a way to wait for the next one. */
export interface RequestLog {
  open(request: IncomingMessage, target: Target | undefined): OpenRequest;
  /** The request has had its effect; its answer has not left yet. */
  arrived(request: OpenRequest): void;
  all(): readonly SeenRequest[];
  /** The next request that `fits`, once it has had its effect; or what `fits` throws. */
  next(fits: (request: SeenRequest) => boolean): Promise<SeenRequest>;
  /** The request is answered or dropped; only the first time counts. */
  readonly onAnswer: (request: SeenRequest) => void;
}

/** Requests beyond this many push the oldest out. */
const most = 100_000;

/** Makes an empty log. */
export function createRequestLog(
  tokens: readonly string[],
  onAnswer: (request: SeenRequest) => void,
): RequestLog {
  const requests: OpenRequest[] = [];
  const told = new WeakSet<SeenRequest>();
  const waiting = new Set<{
    fits: (request: SeenRequest) => boolean;
    resolve: (request: SeenRequest) => void;
    reject: (error: unknown) => void;
  }>();
  return {
    open: (request, target) => {
      const opened: OpenRequest = {
        method: request.method ?? "GET",
        path: mask(request.url ?? "/", tokens),
        authorized: request.headers.authorization !== undefined,
        ...(target && { route: target.route }),
        ...(target?.model !== undefined && { model: mask(target.model, tokens) }),
        ...(target?.requestId !== undefined && { requestId: mask(target.requestId, tokens) }),
      };
      requests.push(opened);
      if (requests.length > most) requests.shift();
      return opened;
    },
    arrived: (request) => {
      for (const one of waiting) {
        try {
          if (!one.fits(request)) continue;
          one.resolve(request);
        } catch (error) {
          one.reject(error);
        }
        waiting.delete(one);
      }
    },
    all: () => requests.map((request) => ({ ...request })),
    next: (fits) => new Promise((resolve, reject) => waiting.add({ fits, resolve, reject })),
    onAnswer: (request) => {
      if (told.has(request)) return;
      told.add(request);
      onAnswer(request);
    },
  };
}

function mask(path: string, tokens: readonly string[]): string {
  return tokens.reduce(
    (text, token) => text.replaceAll(token, "***").replaceAll(encodeURIComponent(token), "***"),
    path,
  );
}
