/** A call of the Model API. */
export type Route =
  | "submit"
  | "status"
  | "result"
  | "cancel"
  | "catalogue"
  | "categories"
  | "entry"
  | "balance"
  | "media";

/** All calls of the Model API. */
export const everyRoute: readonly Route[] = [
  "submit",
  "status",
  "result",
  "cancel",
  "catalogue",
  "categories",
  "entry",
  "balance",
  "media",
];

/** The call that a request makes. */
export interface Target {
  readonly route: Route;
  /** For `submit` and `entry`. */
  readonly model?: string;
  /** For the calls of one job, and for media. */
  readonly requestId?: string;
  /** For media: the index of the job's file, from 0. */
  readonly file?: number;
}

/** Finds the call for a method and a path: undefined for an unknown path, the allowed methods for a known path with another method. */
export function findTarget(method: string, path: string): Target | { readonly allow: string } | undefined {
  const segments = decodeSegments(path);
  if (!segments) return undefined;
  const found = findByPath(segments, method);
  if (!found) return undefined;
  const methods = methodsOf[found.route];
  if (methods.includes(method)) return found;
  // A model's address is a submit for POST and the catalogue's entry for every other method.
  const allow = found.route === "entry" ? [...methods, ...methodsOf.submit] : methods;
  return { allow: allow.join(", ") };
}

const methodsOf: Readonly<Record<Route, readonly string[]>> = {
  submit: ["POST"],
  status: ["GET"],
  result: ["GET"],
  cancel: ["POST"],
  catalogue: ["GET"],
  categories: ["GET"],
  entry: ["GET"],
  balance: ["GET"],
  media: ["GET", "HEAD"],
};

function decodeSegments(path: string): string[] | undefined {
  try {
    return path.split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function findByPath(segments: readonly string[], method: string): Target | undefined {
  const [first, second, third, fourth, ...more] = segments;
  if (segments.some((segment) => segment === "")) return undefined;
  if (first === "v1" && second === "models") {
    if (third === undefined) return { route: "catalogue" };
    if (third === "categories" && fourth === undefined) return { route: "categories" };
    const model = segments.slice(2).join("/");
    return method === "POST" ? { route: "submit", model } : { route: "entry", model };
  }
  if (first === "v1" && second === "requests" && third !== undefined && more.length === 0) {
    return isJobCall(fourth) ? { route: fourth, requestId: third } : undefined;
  }
  if (segments.join("/") === "prod/v2/balance") return { route: "balance" };
  if (first === "media" && second !== undefined && third !== undefined && fourth === undefined) {
    const file = /^(\d{1,3})\.\w+$/.exec(third)?.[1];
    return file === undefined ? undefined : { route: "media", requestId: second, file: Number(file) };
  }
  return undefined;
}

function isJobCall(word: string | undefined): word is "status" | "result" | "cancel" {
  return word === "status" || word === "result" || word === "cancel";
}
