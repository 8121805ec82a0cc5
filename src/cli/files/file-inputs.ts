import type { AttachOptions } from "../../attach/attach.js";
import type { AttachProgress } from "../../attach/attach.js";
import { InputError } from "../../errors/errors.js";
import { describeIssue } from "../../errors/issue.js";
import type { CheckedModel } from "../../index.js";
import type { BatchRow } from "../../node/batch/batch-row.js";
import { describeRowIssue } from "../../node/batch/row-issue.js";
import { CommandError } from "../terminal/exit-code.js";
import { describeError } from "../terminal/failure.js";
import { plain } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { createFileBook, type FileBook, type FileInput, type FileModel } from "./file-book.js";
import type { FileArgs } from "../session/job-args.js";
import { formatBar, formatBytes } from "../job/job-progress.js";
import { readUploadPlace } from "./upload-place.js";

/** The uploads of one row while they are shown. */
export interface RowUpload {
  readonly onProgress: (progress: AttachProgress) => void;
  /** `isSent`: all of them have reached the storage. */
  readonly end: (isSent: boolean) => void;
}

/** The model whose fields may hold files. Of an id without a catalogue entry these are the fields that were given as `@path`. */
function toFileModel(model: CheckedModel | string, input: FileInput, named: ReadonlySet<string>): FileModel {
  if (typeof model !== "string") return model;
  const names = [...named].filter((name) => /^@./.test(String(input[name])));
  const properties = Object.fromEntries(
    names.map((name) => [name, { type: "string", "x-media": {} } as const]),
  );
  return { id: model, input: { type: "object", properties, additionalProperties: true } };
}

/** The options of `attach` that the command line gives. */
export function readFileOptions(
  terminal: Terminal,
  { upload, allowDir = [] }: FileArgs,
  folder: string,
): Omit<AttachOptions, "signal"> {
  return {
    baseDirectory: folder,
    allowDirectories: [folder, ...allowDir],
    ...(upload !== undefined && { upload: readUploadPlace(upload) }),
    onWarning: (issue) => terminal.say(`Warning: ${plain(describeIssue(issue))}`),
  };
}

/** The files of `run`, `submit` and `again`: the input with their hashes, and the book that attaches them. */
export async function noteFiles(
  terminal: Terminal,
  order: {
    readonly model: CheckedModel | string;
    readonly input: FileInput;
    readonly named: ReadonlySet<string>;
  },
  options: FileArgs & { readonly check?: boolean; readonly validForMs?: number | undefined },
  signal: AbortSignal,
): Promise<{ readonly input: FileInput; readonly book: FileBook }> {
  const { input, named } = order;
  const book = createFileBook(toFileModel(order.model, input, named), {
    ...readFileOptions(terminal, options, process.cwd()),
    check: options.check !== false,
    validForMs: options.validForMs,
    onProgress: (progress) => terminal.live(describeUpload(progress)),
  });
  return { input: await book.note(input, { named, signal }), book };
}

function describeUpload({ sentBytes, totalBytes }: AttachProgress): string {
  return `uploading ${formatBar(sentBytes, totalBytes)}${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}`;
}

/** The files of a batch: their paths start from the folder of its rows. */
export function openRowBook(
  terminal: Terminal,
  model: CheckedModel,
  folder: string,
  options: FileArgs & { readonly validForMs: number; readonly beginUpload?: () => RowUpload },
): FileBook {
  const { validForMs, beginUpload } = options;
  const book = createFileBook(model, { ...readFileOptions(terminal, options, folder), validForMs });
  return {
    note: book.note,
    attach: async (input, call) => {
      const upload = beginUpload?.();
      try {
        const attached = await book.attach(input, {
          ...call,
          ...(upload && { onProgress: upload.onProgress }),
        });
        upload?.end(true);
        return attached;
      } catch (error) {
        upload?.end(false);
        if (!call?.signal?.aborted) terminal.say(`A row was not sent: ${plain(describeError(error))}`);
        throw error;
      }
    },
  };
}

/** True where a model has fields for pictures, videos or sound. */
export function mayHoldFiles({ input }: CheckedModel): boolean {
  return JSON.stringify(input).includes('"x-media"');
}

/** Rows with hashes in place of their files; a file that cannot be read or does not fit is a problem of its row. */
export async function* noteRows(
  rows: AsyncIterable<BatchRow>,
  book: Pick<FileBook, "note">,
  signal: AbortSignal,
): AsyncGenerator<BatchRow> {
  for await (const row of rows) {
    if (row.problems?.length) yield row;
    else
      try {
        yield { ...row, input: await book.note(row.input as FileInput, { signal }) };
      } catch (error) {
        signal.throwIfAborted();
        yield { ...row, problems: describeProblems(row, error) };
      }
  }
}

function describeProblems({ line = 0, key }: BatchRow, error: unknown): BatchRow["problems"] {
  const place = { line, key };
  if (error instanceof InputError) return error.issues.map((issue) => describeRowIssue(place, issue));
  if (error instanceof CommandError) return [{ ...place, message: error.message.replace(/\s+/g, " ") }];
  throw error;
}
