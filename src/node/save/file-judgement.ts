import { open } from "node:fs/promises";
import { readPart, readFlags } from "../files/disk.js";
import { identifyFile, type FileClues, type Identity } from "../files/file-identity.js";
import { signatureBytes } from "../../media/file-type.js";
import { findEnd, type FileEnd, type ReadPart } from "../files/truncation.js";
import type { Asset } from "./assets.js";
import type { Arrival } from "./download-attempt.js";
import { parseUrl } from "../../input/parse-url.js";

/** A file that is judged by its bytes. */
interface JudgedFile {
  readonly head: Uint8Array;
  readonly size: number;
  readonly read: ReadPart;
}

/** The findings about a file, from its bytes and from the length that its host announced. */
export interface Judgement extends Identity {
  /** The reasons for which it is not the file of the job, or not the whole of it. */
  readonly faults: readonly string[];
  /**
   * Set where nothing proves that the file is whole, and nothing proves that it is not. The file is saved, and fetched again by the
   * next save.
   */
  readonly doubt?: string;
}

/** Judges a file that came from an asset. `download.ts` decides how often a file with faults is fetched again. */
export async function judgeFile(
  { head, size, read }: JudgedFile,
  asset: Asset,
  { contentType, unverifiedLength }: Arrival,
): Promise<Judgement> {
  const { fault, ...identity } = identifyFile(head, { ...readClues(asset), contentType });
  const end = await findEnd(identity.extension, size, read);
  const cut =
    unverifiedLength && end === "cut" ? `by its own format it is cut off, after ${size} bytes` : undefined;
  const doubt = describeDoubt(end, size, unverifiedLength);
  return {
    ...identity,
    faults: [fault, cut].filter((one) => one !== undefined),
    ...(doubt !== undefined && { doubt }),
  };
}

const comparedLater = "The next save fetches it again and compares.";

/** The warnings of a doubtful file after a second download brought the same bytes. */
export function noteConfirmation(warnings: readonly string[]): string[] {
  return warnings.map((one) => one.replace(comparedLater, "A second download brought the same bytes."));
}

/** The reason to doubt a file: the host's length and the end that the format states contradict each other, or neither is known. */
function describeDoubt(end: FileEnd, size: number, unverifiedLength: boolean): string | undefined {
  if (end === "unknown" && unverifiedLength)
    return `The host announced no length: whether the file is whole cannot be told. ${comparedLater}`;
  if (end === "cut" && !unverifiedLength)
    return `By its own format the file is not whole: it looks cut off after ${size} bytes, which is the length that the host announced. ${comparedLater}`;
  return undefined;
}

/** Judges a file that an earlier save has filed. */
export async function judgeSaved(path: string, asset: Asset, arrival: Arrival): Promise<Judgement> {
  const handle = await open(path, readFlags);
  try {
    const { size } = await handle.stat();
    const read: ReadPart = (start, length) => readPart(handle, start, length);
    return await judgeFile({ head: await read(0, signatureBytes), size, read }, asset, arrival);
  } finally {
    await handle.close();
  }
}

/** The kind of media and the name that an asset has in its output. */
function readClues({ from, url }: Asset): FileClues {
  const keys = from.map((pointer) => /([^/]*)(?:\/\d+)*$/.exec(pointer)?.[1] ?? "");
  const kinds = keys.map((key) =>
    /^(?:\w+_)?(image|video|audio)s?(?:_ur[li]s?)?$/i.exec(key)?.[1]?.toLowerCase(),
  );
  const expected = kinds.find((kind) => kind === "image" || kind === "video" || kind === "audio");
  const path = (/^https?:/i.test(url) && parseUrl(url)?.pathname) || "";
  return { path, expected };
}
