import type { StudioFile, StudioJob } from "../../src/studio/job-api-types.js";
import { request } from "../api/requests.js";

/** The longest side of a small picture, in pixels. */
const longestSide = 320;
/** A video that shows no picture by then gets none. */
const patienceMs = 15_000;

/** The addresses of small pictures that this tab has made and the server keeps. */
const made = new Set<string>();
/** Files of which no small picture could be made; another try would fail, too. */
const refused = new Set<string>();

interface Order {
  readonly address: string;
  readonly source: string;
  readonly isVideo: boolean;
  readonly tell: (address: string) => void;
  isCancelled: boolean;
}

const orders: Order[] = [];
let isWorking = false;

/** The address of a file's small picture where there is one already. */
export function findThumb(job: StudioJob, file: StudioFile): string | undefined {
  const address = addressOf(job, file);
  return file.thumb || made.has(address) ? address : undefined;
}

/** Orders a small picture, made once for all tabs and kept by the server. Returns the function that takes the order back. */
export function orderThumb(job: StudioJob, file: StudioFile, tell: (address: string) => void): () => void {
  const address = addressOf(job, file);
  const isVideo = file.type.startsWith("video/");
  if (file.url === undefined || refused.has(address) || !(isVideo || file.type.startsWith("image/"))) {
    return () => undefined;
  }
  const order: Order = { address, source: file.url, isVideo, tell, isCancelled: false };
  orders.push(order);
  void work();
  return () => {
    order.isCancelled = true;
  };
}

function addressOf({ key }: StudioJob, { name }: StudioFile): string {
  return `/thumbs/${encodeURIComponent(key)}/${encodeURIComponent(name)}`;
}

/** Makes one picture at a time: decoding is the most that a page can do to a small machine. */
async function work(): Promise<void> {
  if (isWorking) return;
  isWorking = true;
  for (let order = orders.shift(); order; order = orders.shift()) {
    if (order.isCancelled) continue;
    const { address, source, isVideo, tell } = order;
    try {
      if (!made.has(address)) {
        const picture = isVideo ? await shrinkVideo(source) : await shrinkImage(source);
        await request("PUT", address, picture);
        made.add(address);
      }
      tell(address);
    } catch {
      refused.add(address);
    }
  }
  isWorking = false;
}

async function shrinkImage(source: string): Promise<Blob> {
  const response = await fetch(source);
  if (!response.ok) throw new Error(`The file's server answered with ${response.status}.`);
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
    const loaded = happen(video, "loadeddata");
    video.src = source;
    await loaded;
    const seeked = happen(video, "seeked");
    video.currentTime = Math.min(0.5, video.duration / 3);
    await seeked;
    return await draw(video, video.videoWidth, video.videoHeight);
  } finally {
    // Without this the browser may keep the decoder until the next collection of garbage.
    video.removeAttribute("src");
    video.load();
  }
}

function happen(video: HTMLVideoElement, event: "loadeddata" | "seeked"): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The video shows no picture.")), patienceMs);
    const end = (act: () => void) => () => {
      clearTimeout(timer);
      act();
    };
    video.addEventListener(event, end(resolve), { once: true });
    video.addEventListener("error", end(() => reject(new Error("The video cannot be read."))), { once: true });
  });
}

async function draw(picture: CanvasImageSource, width: number, height: number): Promise<Blob> {
  const scale = Math.min(1, longestSide / Math.max(width, height, 1));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("The browser has no canvas.");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture is empty."))), "image/webp", 0.8),
  );
}
