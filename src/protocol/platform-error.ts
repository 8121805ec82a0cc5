import { timedOut } from "../time/scope.js";
import { shorten } from "./text.js";

/** An error of the platform as one line: `fetch failed: connect ECONNREFUSED 127.0.0.1:1`. Never throws. */
export function explain(error: unknown, scrub: (text: string) => string): string {
  if (error === timedOut) return "time is up";
  try {
    const parts: string[] = [];
    for (let inner = error, depth = 0; inner instanceof Error && depth < 6; inner = inner.cause, depth++) {
      const part = String(inner.message || (inner as { code?: unknown }).code || inner.name);
      // The messages of this package quote their causes already.
      if (!parts.some((outer) => outer.includes(part))) parts.push(part);
    }
    return shorten(scrub(parts.join(": ") || String(error)), 400);
  } catch {
    // A fetch of the caller's may reject with anything.
    return "an error without a message";
  }
}

/** The `cause` of our errors, with a code for a bad certificate: the platform's own error may quote the request, token and all. */
export function causeOf(failure: unknown, scrub: (text: string) => string) {
  const cause: Error & { code?: string } = new Error(explain(failure, scrub));
  if (hasBadCertificate(failure)) cause.code = "BAD_CERTIFICATE";
  return cause;
}

function hasBadCertificate(failure: unknown): boolean {
  try {
    const { code, cause } = Object(failure) as { code?: unknown; cause?: { code?: unknown } };
    return /CERT|SIGNATURE|_SSL_|_TLS_|EPROTO/.test(`${String(code)} ${String(cause?.code)}`);
  } catch {
    return false;
  }
}
