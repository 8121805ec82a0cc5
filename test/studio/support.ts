import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { request as requestHttp } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect, vi } from "vitest";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator, EmulatorOptions } from "../../src/emulator/index.js";
import { createClient } from "../../src/index.js";
import { fileStore } from "../../src/node/index.js";
import type { FileStore } from "../../src/node/index.js";
import type { StudioJob } from "../../src/studio/job-api-types.js";
import { startStudio } from "../../src/studio/server/studio.js";
import type { Studio, StudioOptions } from "../../src/studio/server/studio.js";

/** A token that must be in no answer. */
const canary = "canary-5c1d93e0-never-to-be-seen";

/** A model whose price is known exactly: $0.0003 for a second. */
export const audioModel = "acestep-ai/ace-step-1.5/text-to-audio";
/** A model that takes a picture. */
export const pictureModel = "bytedance/seedance-v1.5-pro/image-to-video";

/** A model that this package does not have. */
export const liveModels = [
  {
    id: "example/new-model/text-to-image",
    title: "New Model Text to Image",
    categories: ["text-to-image"],
    price: { usd: 0.25, unit: "output" },
    input: {
      type: "object",
      properties: { prompt: { type: "string", "x-role": "prompt" } },
      required: ["prompt"],
    },
  },
] as const;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

/** A place for studios: folders of its own, an emulator for the service, and a scan of all answers. */
export interface Place {
  readonly folder: string;
  readonly saveFolder: string;
  readonly emulator: Emulator;
  readonly recordPath: string;
  /** A store on the record of the place. */
  readonly openStore: (date?: () => number) => FileStore;
  readonly open: (options?: Partial<StudioOptions>) => Promise<OpenStudio>;
  readonly close: () => Promise<void>;
}

/** A studio, and a page of it. */
export interface OpenStudio extends StudioPage {
  readonly studio: Studio;
  readonly store: FileStore;
  readonly revealed: readonly string[];
  readonly close: () => Promise<void>;
}

/** A page of a studio. */
export interface StudioPage {
  readonly port: number;
  /** The cookie and the key of a page. */
  readonly cookie: string;
  readonly pageKey: string;
  /** Sends a request as it stands; only `Host` is filled in where it is missing. */
  readonly send: (request: Request) => Promise<Answer>;
  /** Sends a request as the page does, and reads the JSON of the answer. */
  readonly call: (method: string, path: string, body?: object | Uint8Array) => Promise<Reply>;
  /** Waits until a job fits. */
  readonly until: (key: string, fits: (job: StudioJob) => boolean) => Promise<StudioJob>;
}

export interface Reply {
  readonly status: number;
  // Tests read the parts that they expect.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

export const openPlace = async (options: EmulatorOptions = {}): Promise<Place> => {
  const folder = mkdtempSync(join(tmpdir(), "runcomfy-studio-"));
  const emulator = await startEmulator({ queueMs: 0, runMs: 0, tokens: canary, ...options });
  const pageFolder = join(folder, "page");
  mkdirSync(pageFolder);
  writeFileSync(join(pageFolder, "index.html"), "<!doctype html><title>Studio</title>");
  writeFileSync(join(pageFolder, "studio.js"), "export {};");
  const recordPath = join(folder, "state", "jobs.jsonl");
  const saveFolder = join(folder, "saved");
  const answers: string[] = [];
  const open = async (given: Partial<StudioOptions> = {}): Promise<OpenStudio> => {
    const store = fileStore(recordPath);
    await store.open();
    const revealed: string[] = [];
    const client = createClient({
      baseUrl: emulator.url,
      token: canary,
      minPollIntervalMs: 5,
      maxPollIntervalMs: 20,
      requestsPerSecond: 1000,
    });
    const studio = await startStudio({
      ...{ client, store, recordPath, pageFolder, saveFolder, mode: "live", version: "1", hasToken: true },
      ...{ batchSpace: "batches", listings: [], allowDirectories: [], port: 0 },
      cacheFolder: join(folder, "cache"),
      describeCommand: (port) => `runcomfy-models studio --port ${port}`,
      reveal: async (path) => void revealed.push(path),
      log: () => {},
      ...given,
    });
    const page = await openPage(studio.makeAddress(), answers);
    return {
      ...{ studio, store, revealed, ...page },
      close: async () => {
        await studio.stop();
        await store.close();
      },
    };
  };
  return {
    ...{ folder, saveFolder, emulator, recordPath, open },
    openStore: (date) => fileStore(recordPath, date && { date }),
    close: async () => {
      await emulator.close();
      rmSync(folder, { recursive: true, force: true });
      const leaking = answers.filter((text) => text.includes(canary) || text.includes(folder));
      expect(leaking, "answers with the token or a path").toEqual([]);
    },
  };
};

/** Opens the printed address as a browser does. */
export const openPage = async (address: string, answers: string[] = []): Promise<StudioPage> => {
  const { port: given, hash } = new URL(address);
  const port = Number(given);
  const send = async (given: Request): Promise<Answer> => {
    const answer = await sendRaw(port, given);
    answers.push(`${JSON.stringify(answer.headers)}\n${answer.text}`);
    return answer;
  };
  const key = hash.slice("#key=".length);
  const opened = await send({
    ...{ method: "POST", path: "/api/session", body: JSON.stringify({ key }) },
    headers: { "content-type": "application/json" },
  });
  const cookie = opened.headers["set-cookie"]![0]!.split(";")[0]!;
  const { pageKey } = JSON.parse(opened.text) as { readonly pageKey: string };
  const call: OpenStudio["call"] = async (method, path, body) => {
    const isBytes = body instanceof Uint8Array;
    const answer = await send({
      ...{ method, path },
      headers: {
        ...{ cookie, "x-studio-key": pageKey },
        ...(body && { "content-type": isBytes ? "application/octet-stream" : "application/json" }),
      },
      ...(body && { body: isBytes ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, json: JSON.parse(answer.text) as unknown };
  };
  const until: OpenStudio["until"] = async (jobKey, fits) => {
    let found: StudioJob | undefined;
    const look = async (): Promise<boolean> => {
      const { json } = await call("GET", `/api/jobs/${encodeURIComponent(jobKey)}`);
      found = json.record as StudioJob | undefined;
      return found !== undefined && fits(found);
    };
    // Without a pause between its questions this process would take the time that the programs under test need.
    await vi.waitUntil(look, { interval: 20, timeout: 200_000 });
    return found!;
  };
  return { port, cookie, pageKey, send, call, until };
};

const sendRaw = (
  port: number,
  { method = "GET", path = "/", headers = {}, body }: Request,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = requestHttp({
      ...{ host: "127.0.0.1", port, method, path, agent: false },
      setHost: headers["host"] === undefined,
      headers: headers as Record<string, string>,
    });
    request.on("error", reject);
    request.on("response", (response) => {
      const { statusCode: status = 0, headers: own } = response;
      buffer(response).then(
        (bytes) => resolve({ status, headers: own, bytes, text: bytes.toString("utf8") }),
        reject,
      );
    });
    request.end(body);
  });

/** A job of the page. */
export const order = (key: string, input: object = {}): object => ({
  key,
  model: audioModel,
  input: { tags: "acoustic folk", duration: 10, ...input },
});
