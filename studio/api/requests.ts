import { createStore } from "../state/store.js";
import type { ApiFailure, Session, SessionRequest } from "../../src/studio/api-types.js";
import { keep, readKept } from "../state/kept.js";

/**
 * The state of the connection to the server.
 *
 * - `opening`: the one-time key of the address is exchanged.
 * - `open`: requests are answered. `stopped`: nobody answers. `locked`: the server does not know this page.
 */
export type Connection = "opening" | "open" | "stopped" | "locked";

export const connection = createStore<Connection>("opening");

const pageKeyName = "runcomfy-studio-key";

/** The server's refusal, or the lack of an answer. */
export class ApiError extends Error {
  override name = "ApiError";
  /** `"stopped"` where nobody answered. */
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** Sends a request with the page's key and gives the answer's JSON. Rejects with an ApiError. */
export async function request<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const isBytes = body instanceof Blob;
  const response = await reach(path, {
    method,
    headers: {
      "x-studio-key": readKept(pageKeyName) ?? "",
      ...(body !== undefined && {
        "content-type": isBytes ? body.type || "application/octet-stream" : "application/json",
      }),
    },
    ...(body !== undefined && { body: isBytes ? body : JSON.stringify(body) }),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) {
    if (connection.get() !== "open") connection.set("open");
    return answer as Answer;
  }
  if (response.status === 401) connection.set("locked");
  const { error } = Object(answer) as Partial<ApiFailure>;
  throw new ApiError(
    error?.message ?? `The studio answered with status ${response.status}.`,
    error?.code ?? "http",
  );
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch {
    connection.set("stopped");
    throw new ApiError("The studio was stopped.", "stopped");
  }
}

/** Exchanges the one-time key of the address for the page's own, and takes it out of the address. A view may stand behind it. */
export async function openSession(): Promise<void> {
  const [, key, view] = /^#key=([\w-]+)(.*)/.exec(location.hash) ?? [];
  if (key === undefined) return;
  history.replaceState(undefined, "", `#${view}`);
  try {
    const { pageKey } = await request<Session>("POST", "/api/session", { key } satisfies SessionRequest);
    keep(pageKeyName, pageKey);
  } catch (error) {
    // A key that was used before does no harm where this browser has the page's key already.
    if (!(error instanceof ApiError) || error.code === "stopped") throw error;
  }
}

/** Calls the listener when another tab has exchanged a new key: the studio was started again. */
export function onNewKey(listener: () => void): () => void {
  const heard = ({ key }: StorageEvent): void => {
    if (key === pageKeyName) listener();
  };
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}

/** The words of any error, for a person. */
export function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
