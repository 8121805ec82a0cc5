import type { ServerResponse } from "node:http";
import type { ApiFailure } from "../api-types.js";
import type { ApiRefusal } from "../jobs/api-refusal.js";

const commonHeaders = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "x-frame-options": "DENY",
} as const;

/** The policy of the studio's own page. Pictures of https addresses are previews of what a person pasted. */
export const pagePolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data: https:",
  "media-src 'self' blob: https:",
  "connect-src 'self'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The policy of everything else: a file that is opened by itself runs nothing and loads nothing. */
export const filePolicy = "sandbox; default-src 'none'";

/** The headers of an answer, with the policy of the page or of a file. */
export function headersFor(
  policy: string,
  own: Record<string, string | number>,
): Record<string, string | number> {
  return { ...commonHeaders, "content-security-policy": policy, ...own };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: object,
  own: Record<string, string> = {},
): void {
  const body = Buffer.from(JSON.stringify(value));
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "content-length": body.length,
    ...own,
  };
  response.writeHead(status, headersFor(filePolicy, headers)).end(body);
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  const body = Buffer.from(`${text}\n`);
  const headers = { "content-type": "text/plain; charset=utf-8", "content-length": body.length };
  response.writeHead(status, headersFor(filePolicy, headers)).end(body);
}

/** Answers a refused request. A body that was not read to its end closes the connection. */
export function sendRefusal(
  response: ServerResponse,
  { status, code, message, issues }: ApiRefusal,
  hidePlaces: (text: string) => string,
): void {
  const shown = issues?.map(({ path, message: text, severity }) => ({
    path,
    message: hidePlaces(text),
    ...(severity && { severity }),
  }));
  const failure: ApiFailure = {
    error: { code, message: hidePlaces(message), ...(shown && { issues: shown }) },
  };
  const isUnread = !response.req.complete;
  sendJson(response, status, failure, isUnread ? { connection: "close" } : {});
  // A browser that still sends would not read the answer otherwise.
  if (isUnread) response.req.resume();
}
