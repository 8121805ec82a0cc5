import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The token that clients of the HTTP transport send, and the place where a person finds it. */
export interface HttpToken {
  readonly token: string;
  /** The name of the variable, or the path of the file. */
  readonly from: string;
}

const variable = "RUNCOMFY_MCP_TOKEN";

/**
 * The token of the environment, else the one beside the record of jobs, which is open by now; it is made on the first use. It is not a
 * token of the service.
 */
export async function readHttpToken(recordPath: string): Promise<HttpToken> {
  const given = process.env[variable]?.trim();
  if (given) return { token: given, from: variable };
  const path = join(dirname(recordPath), "mcp-token");
  // Two servers that start at once must not make two tokens: only one of them can create the file.
  await writeFile(path, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 }).catch(() => {});
  return { token: (await readFile(path, "utf8")).trim(), from: path };
}

/** Compares an `Authorization` header with the token, in a time that does not depend on the header. */
export function isAuthorized(header: string | undefined, { token }: HttpToken): boolean {
  const given = /^Bearer +(\S+)$/i.exec(header ?? "")?.[1] ?? "";
  return token !== "" && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
