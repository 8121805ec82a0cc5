import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import {
  longestAnswer,
  PathProblem,
  type FileToMeasure,
  type PathOptions,
  type Platform,
  type StorageRequest,
  type StorageResponse,
} from "../../attach/attach-platform.js";
import { isInside } from "../files/inside-folder.js";
import type { FieldReport } from "../../media/field-report.js";
import { isErrno } from "../files/disk.js";
import { measureField } from "../media/field-check.js";
import { systemTools } from "../media/media-check.js";
import { headBytes, type MediaBytes } from "../media/media-bytes.js";

/** The tools of Node, Deno and Bun: paths are opened, and files are streamed. */
export const platform: Platform = { openPath, hashBlob, measureBlob, sendToStorage };

const outside =
  "lies outside the folders from which files may be read; allow its folder (allowDirectories, --allow-dir) or give the file as a Blob";

async function openPath(path: string, options: PathOptions): Promise<Blob> {
  const { baseDirectory = process.cwd(), allowDirectories = [baseDirectory], allowFiles = [] } = options;
  const given = /^file:/i.test(path) ? readFileUrl(path) : path;
  const wanted = resolve(baseDirectory, given);
  const [folders, files] = await Promise.all([resolveAll(allowDirectories), resolveAll(allowFiles)]);
  const real = await findFile(wanted).catch((error: unknown) => {
    // For a path outside the allowed folders the error gives no other reason: it would tell which files exist.
    const places = [...folders, ...allowDirectories.map((folder) => resolve(folder))];
    const named = [...places, ...allowFiles.map((file) => resolve(file))];
    const isAllowed = named.includes(wanted) || places.some((folder) => isInside(folder, wanted));
    throw isAllowed ? error : new PathProblem(outside);
  });
  if (!files.includes(real) && !folders.some((folder) => isInside(folder, real)))
    throw new PathProblem(outside);
  // The bytes are read when they are needed, and a file that has changed by then cannot be read. Some runtimes have no
  // `openAsBlob`.
  const { openAsBlob } = fs as Partial<typeof fs>;
  return openAsBlob ? openAsBlob(real) : new Blob([await readFile(real)]);
}

/** The real paths of files and folders; those that do not exist are left out. */
async function resolveAll(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => realpath(path).catch(() => [])));
  return found.flat();
}

function readFileUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw new PathProblem("is no file: URL of this machine");
  }
}

/** The real path of a regular file. Its kind is known before it is opened: opening a pipe would wait for its other end. */
async function findFile(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    const found = await stat(real);
    if (found.isDirectory()) throw new PathProblem("is a folder, not a file; give the path of one file");
    if (!found.isFile()) throw new PathProblem("is no regular file; give the path of a file on disk");
    return real;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) throw new PathProblem("does not exist; check the path");
    if (isErrno(error, "EACCES", "EPERM"))
      throw new PathProblem("may not be read: permission is denied; change its permissions, or copy it");
    if (isErrno(error, "ELOOP")) throw new PathProblem("is a link that leads to itself");
    throw error;
  }
}

async function hashBlob(blob: Blob, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of blob.stream()) {
    signal.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest("hex");
}

async function measureBlob({ blob, path, rules }: FileToMeasure, signal: AbortSignal): Promise<FieldReport> {
  async function read(start: number, end: number): Promise<Uint8Array> {
    return new Uint8Array(await blob.slice(start, end).arrayBuffer());
  }
  const file: MediaBytes = {
    size: blob.size,
    head: await read(0, headBytes),
    read,
    close: async () => undefined,
  };
  const release = systemTools.parser.retain();
  try {
    return await measureField(systemTools, file, { path, rules }, signal);
  } finally {
    release();
  }
}

/** Sends a request over a connection of its own. The platform's fetch would hold a whole body in memory. */
async function sendToStorage(given: StorageRequest): Promise<StorageResponse> {
  const { url, method, body, signal, onProgress } = given;
  const headers = { ...given.headers, "content-length": String(body?.size ?? 0) };
  const start = new URL(url).protocol === "http:" ? requestHttp : requestHttps;
  const request = start(url, { method, headers, signal });
  const answered = readAnswer(request);
  // Where the storage answers before it has read the whole body, the rest cannot be written, and its answer counts.
  const sent = body ? pipeline(Readable.from(countBytes(body, onProgress)), request) : void request.end();
  return Promise.race([
    answered,
    Promise.resolve(sent).then(
      () => answered,
      (error: unknown) => preferAnswer(answered, error),
    ),
  ]);
}

async function preferAnswer(answered: Promise<StorageResponse>, error: unknown): Promise<StorageResponse> {
  const outcome = await Promise.race([
    answered.catch(() => undefined),
    new Promise<undefined>((done) => setImmediate(done, undefined)),
  ]);
  if (outcome === undefined) throw error;
  return outcome;
}

async function* countBytes(body: Blob, onProgress: StorageRequest["onProgress"]): AsyncGenerator<Uint8Array> {
  let sentBytes = 0;
  for await (const chunk of body.stream()) {
    yield chunk;
    sentBytes += chunk.length;
    onProgress?.(sentBytes);
  }
}

function readAnswer(request: ClientRequest): Promise<StorageResponse> {
  return new Promise((done, fail) => {
    request.once("error", fail);
    request.once("response", (response: IncomingMessage) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        if (text.length < longestAnswer) text += part;
      });
      response.once("error", fail);
      response.once("end", () => {
        done({
          status: response.statusCode ?? 0,
          header: (name) => {
            const value = response.headers[name];
            return Array.isArray(value) ? value[0] : value;
          },
          text,
        });
      });
    });
  });
}
