import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { defineModel } from "../../src/input/standard.js";
import type { MediaUrl } from "../../src/input/standard.js";
import type { Upload, UploadFile } from "../../src/attach/index.js";

export interface Input {
  prompt: string;
  image?: MediaUrl | undefined;
  images?: readonly MediaUrl[] | undefined;
  video?: MediaUrl | undefined;
  clips?: readonly { url: MediaUrl; note?: string | undefined }[] | undefined;
}

const media = (kind: "image" | "video" | "audio", rules: object = {}) =>
  ({ type: "string", format: "uri", "x-media": { kind, ...rules } }) as const;

/** A model with media fields of every shape. */
export const model = defineModel<Input, unknown>({
  id: "acme/frames/edit",
  input: {
    type: "object",
    properties: {
      prompt: { type: "string" },
      image: media("image", { below: { width_pixels: 4000, file_size_mb: 20 }, samples: ["sample_1.png"] }),
      images: { type: "array", items: media("image"), maxItems: 3 },
      video: media("video"),
      clips: {
        type: "array",
        items: {
          type: "object",
          properties: { url: media("video"), note: { type: "string" } },
          required: ["url"],
          additionalProperties: false,
        },
      },
    },
    required: ["prompt"],
    additionalProperties: false,
  },
});

export const mediaFolder = new URL("../fixtures/media/", import.meta.url).pathname;

/** A folder that is removed with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "attach-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An upload that keeps what it was given. */
export function keepUploads(): { upload: Upload; files: UploadFile[] } {
  const files: UploadFile[] = [];
  const upload: Upload = async (file) => {
    files.push(file);
    return `https://files.example.com/${file.sha256}.${file.extension}?signed=1`;
  };
  return { upload, files };
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
