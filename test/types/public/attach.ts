// Files as inputs: the fields that take them, and those that do not.
import { attach, httpUpload, s3Upload, UploadError } from "runcomfy-models/attach";
import type { Attachable, AttachOptions, Upload } from "runcomfy-models/attach";
import { model } from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";
import type { Input } from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";
import { model as edit } from "runcomfy-models/models/qwen/qwen-image-3.0/edit";

const blob = new Blob(["x"]);
const own: Upload = async ({ sha256, extension }, { signal }) => {
  signal.throwIfAborted();
  return `https://files.example.com/${sha256}.${extension}`;
};
const options: AttachOptions = { upload: own, maxDataBytes: 1_000_000, allowDirectories: ["pictures"] };

export const inputs = async (): Promise<Input[]> => [
  await attach(model, { prompt: "A breeze.", first_frame_image_url: "./boat.jpg" }, options),
  await attach(model, { prompt: "A breeze.", first_frame_image_url: blob }),
  await attach(model, { prompt: "A breeze.", first_frame_image_url: new Uint8Array(4) }),
  await attach(model, { prompt: "A breeze.", first_frame_image_url: await fetch("https://example.com") }),
];
export const lists = async (): Promise<unknown> =>
  attach(edit, {
    prompt: "Snow.",
    image_urls: [blob, "https://example.com/a.png", new URL("file:///a.png")],
  });

// @ts-expect-error a text field takes no file
export const wrongField: Attachable<Input> = { prompt: blob, first_frame_image_url: "./boat.jpg" };
// @ts-expect-error a media field takes no number
export const wrongFile: Attachable<Input> = { prompt: "A breeze.", first_frame_image_url: 5 };
// @ts-expect-error a required key is missing
export const noSecret = () => s3Upload({ endpoint: "https://s3.example.com", bucket: "a", accessKeyId: "b" });

export const uploads: Upload[] = [
  s3Upload({ endpoint: "https://s3.example.com", bucket: "a", accessKeyId: "b", secretAccessKey: "c" }),
  httpUpload({ endpoint: "https://example.com/uploads", headers: { authorization: "Bearer a" } }),
];
export const isUpload = (error: unknown): number | undefined =>
  error instanceof UploadError ? error.status : undefined;
