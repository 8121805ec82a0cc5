import { createReadStream } from "node:fs";
import { describeReadFailure } from "../files/read-failure.js";
import { BatchError } from "./batch-error.js";

/** Bytes or text in pieces: a stream of Node, of the web, or any other iterable. */
export type RowsSource = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/** The text of a file or a stream in parts, without a byte order mark. UTF-8, or UTF-16 where the mark says so. */
export async function* readRowsText(source: string | RowsSource, name: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  const decode = (bytes: Uint8Array | undefined): string => {
    try {
      return decoder!.decode(bytes, { stream: bytes !== undefined });
    } catch (cause) {
      throw new BatchError(
        `${name} is not UTF-8. Save it again with this encoding: in Excel as "CSV UTF-8 (Comma delimited)". Nothing was sent.`,
        { cause },
      );
    }
  };
  try {
    for await (const piece of withWholeMark(typeof source === "string" ? createReadStream(source) : source)) {
      if (typeof piece === "string") yield piece;
      else {
        decoder ??= new TextDecoder(chooseEncoding(piece), { fatal: true });
        yield decode(piece);
      }
    }
  } catch (error) {
    if (error instanceof BatchError) throw error;
    throw new BatchError(`${name} cannot be read: ${describeReadFailure(error)}. Nothing was sent.`, {
      cause: error,
    });
  }
  if (decoder) yield decode(undefined);
}

/** The pieces of a source; the first one has at least two bytes, so that a byte order mark is whole. */
async function* withWholeMark(source: RowsSource): AsyncGenerator<Uint8Array | string> {
  let start: Uint8Array | undefined = new Uint8Array();
  for await (const piece of source) {
    if (typeof piece === "string" || !start) {
      yield piece;
      continue;
    }
    start = Buffer.concat([start, piece]);
    if (start.length < 2) continue;
    yield start;
    start = undefined;
  }
  if (start && start.length > 0) yield start;
}

function chooseEncoding([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
