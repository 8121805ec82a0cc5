import { connect } from "node:net";
import { afterEach } from "vitest";
import { startEmulator } from "../../../src/emulator/index.js";
import type { Emulator, EmulatorModel, EmulatorOptions } from "../../../src/emulator/index.js";

/** A model that gives videos, with one field of each kind that matters here. */
export const video: EmulatorModel = {
  id: "acme/film-1.0/image-to-video",
  title: "Film",
  description: "Moves a picture.",
  categories: ["image-to-video"],
  kind: "model",
  price: { usd: 0.1, unit: "second" },
  input: {
    type: "object",
    properties: {
      prompt: { type: "string", examples: ["A gentle breeze."] },
      image_url: {
        type: "string",
        format: "uri",
        "x-media": {
          kind: "image",
          below: { width_pixels: 6000, file_size_mb: 30 },
          above: { "width/height": 0.4 },
        },
      },
      duration: { type: "integer", enum: [5, 10], default: 5 },
      scale: { type: "number", minimum: 0, maximum: 1, default: 0.5 },
    },
    required: ["prompt"],
    additionalProperties: false,
  },
};

/** A model that gives images. */
export const image: EmulatorModel = {
  id: "acme/paint/text-to-image",
  categories: ["text-to-image"],
  input: {
    type: "object",
    properties: { prompt: { type: "string" }, num_images: { type: "integer", minimum: 1, maximum: 4 } },
    required: ["prompt"],
    additionalProperties: false,
  },
};

/** A model that gives sound. */
export const audio: EmulatorModel = {
  id: "acme/tune/text-to-audio",
  input: { type: "object", properties: { tags: { type: "string" } }, additionalProperties: true },
};

const open: Emulator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((emulator) => emulator.close()));
});

/** Starts an emulator that the end of the test closes. */
export const start = async (options: EmulatorOptions = {}): Promise<Emulator> => {
  const emulator = await startEmulator({ models: [video, image, audio], queueMs: 0, runMs: 0, ...options });
  open.push(emulator);
  return emulator;
};

/** A JSON object of an answer. */
export type Body = { [key: string]: unknown };

/** Calls the emulator with its token, and reads the JSON that it answers. */
export const ask = async (
  emulator: Emulator,
  path: string,
  options: { method?: string; body?: unknown; token?: string } = {},
): Promise<{ status: number; headers: Headers; body: Body }> => {
  const response = await fetch(`${emulator.url}${path}`, {
    method: options.method ?? (options.body === undefined ? "GET" : "POST"),
    redirect: "manual",
    headers: {
      authorization: `Bearer ${options.token ?? emulator.token}`,
      ...(options.body !== undefined && { "content-type": "application/json" }),
    },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? {} : (JSON.parse(text) as Body),
  };
};

/** Submits a job and gives its id. */
export const submit = async (
  emulator: Emulator,
  model: EmulatorModel = video,
  body: unknown = { prompt: "x" },
): Promise<string> => {
  const answer = await ask(emulator, `/v1/models/${model.id}`, { body });
  return String(answer.body["request_id"]);
};

/** Sends bytes on a bare socket, and gives what came back and how the connection ended. */
export const talk = (
  emulator: Emulator,
  request: string,
  onData: (soFar: string) => void = () => {},
): Promise<{ text: string; end: "fin" | "reset" }> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(emulator.url).port), "127.0.0.1", () => socket.write(request));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      onData(text);
    });
    socket.on("end", () => resolve({ text, end: "fin" }));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" ? resolve({ text, end: "reset" }) : reject(error),
    );
  });

/** The bytes of a submit. */
export const submitBytes = (
  emulator: Emulator,
  model: EmulatorModel = video,
  body: unknown = { prompt: "x" },
): string => {
  const json = JSON.stringify(body);
  return (
    `POST /v1/models/${model.id} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${emulator.token}\r\n` +
    `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`
  );
};

/** The bytes of a read. */
export const readBytes = (emulator: Emulator, path: string, more = ""): string =>
  `GET ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${emulator.token}\r\n${more}\r\n`;

/** The body of a reply as it came. */
export const bodyPart = (text: string): string => text.slice(text.indexOf("\r\n\r\n") + 4);
