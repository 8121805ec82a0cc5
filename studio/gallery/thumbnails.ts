import type { StudioFile, StudioJob } from "../../src/studio/job-api-types.js";
import { kindOf } from "../app/medium.js";
import { request } from "../api/requests.js";

/** The longest side of a small picture, in pixels. */
const longestSide = 320;
/** The longest wait, in ms, for the first picture of a video; after that the video gets none. */
const patienceMs = 15_000;
/** Thrown where no small picture can be made. Nobody sees it: the file keeps its icon. */
const noPicture = new Error();

/** The addresses of small pictures that this tab has made and the server keeps. */
const made = new Set<string>();
/**
 * The end of the latest request: one picture is made at a time, because decoding is the heaviest work that a page can give a small
 * machine.
 */
let last: Promise<unknown> = Promise.resolve();

/** The address of a file's small picture where there is one already. */
export function findThumb(job: StudioJob, file: StudioFile): string | undefined {
  const address = addressOf(job, file);
  return file.thumb || made.has(address) ? address : undefined;
}

/**
 * Requests a small picture, which is made once for all tabs and kept by the server. Returns the function that cancels the request.
 */
export function orderThumb(job: StudioJob, file: StudioFile, tell: (address: string) => void): () => void {
  const address = addressOf(job, file);
  const { url, type } = file;
  const kind = kindOf(type);
  let isWanted = url !== undefined && (kind === "video" || kind === "image");
  const make = async (source: string): Promise<void> => {
    if (!isWanted) return;
    if (!made.has(address)) {
      await request("PUT", address, await (kind === "video" ? shrinkVideo : shrinkImage)(source));
      made.add(address);
    }
    tell(address);
  };
  if (url !== undefined && isWanted) last = last.then(() => make(url)).catch(() => undefined);
  return () => {
    isWanted = false;
  };
}

function addressOf({ key }: StudioJob, { name }: StudioFile): string {
  return `/thumbs/${encodeURIComponent(key)}/${encodeURIComponent(name)}`;
}

async function shrinkImage(source: string): Promise<Blob> {
  const response = await fetch(source);
  const picture = await createImageBitmap(await response.blob());
  try {
    return await draw(picture, picture.width, picture.height);
  } finally {
    picture.close();
  }
}

/** A frame near the start: the first one is often black. */
async function shrinkVideo(source: string): Promise<Blob> {
  const video = document.createElement("video");
  video.muted = true;
  video.preload = "auto";
  try {
    const loaded = awaitEvent(video, "loadeddata");
    video.src = source;
    await loaded;
    const seeked = awaitEvent(video, "seeked");
    video.currentTime = Math.min(0.5, video.duration / 3);
    await seeked;
    return await draw(video, video.videoWidth, video.videoHeight);
  } finally {
    // Without this the browser may keep the decoder until the next collection of garbage.
    video.removeAttribute("src");
    video.load();
  }
}

function awaitEvent(video: HTMLVideoElement, event: "loadeddata" | "seeked"): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(noPicture);
    // It has no effect on a promise that is settled.
    setTimeout(fail, patienceMs);
    video.addEventListener("error", fail);
    video.addEventListener(event, () => resolve());
  });
}

async function draw(picture: CanvasImageSource, width: number, height: number): Promise<Blob> {
  const scale = Math.min(1, longestSide / Math.max(width, height, 1));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw noPicture;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(noPicture)), "image/webp", 0.8),
  );
}
