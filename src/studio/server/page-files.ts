import { readFile, readdir } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { headersFor, pagePolicy, sendText } from "./http-answer.js";

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/** Sends a file of the page, which lie flat in one folder; false where no file has this name. */
export async function sendPageFile(response: ServerResponse, folder: string, path: string): Promise<boolean> {
  const name = path === "/" ? "index.html" : path.slice(1);
  const names = await readdir(folder).catch((): string[] => []);
  const contentType = contentTypes[extname(name)];
  if (!names.includes(name) || contentType === undefined) {
    if (path !== "/") return false;
    sendText(
      response,
      503,
      "The page of the studio is missing in this copy of runcomfy-models. In a clone, run: npm run build",
    );
    return true;
  }
  const body = await readFile(join(folder, name));
  const headers = { "content-type": contentType, "content-length": body.length };
  response.writeHead(200, headersFor(pagePolicy, headers)).end(body);
  return true;
}
