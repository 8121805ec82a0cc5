import { asSentence } from "../../errors/issue.js";
import { isRunComfyError } from "../../errors/errors.js";
import type { JobRecord } from "../../once/record/record.js";
import { onAbort, pause } from "../../time/scope.js";
import type { BatchRun } from "./run-state.js";
import type { KeyedRow } from "./keyed-rows.js";
import { messageOf } from "../../errors/error-message.js";

/** The codes by which a system says that a disk is full or cannot be written to. */
const fullCodes = ["ENOSPC", "EDQUOT", "EROFS", "EFBIG"];

/** True where the cause of an error, however deep it lies, is a disk that is full or cannot be written to. */
export function isDiskFull(error: unknown): boolean {
  for (let inner = error, depth = 0; inner instanceof Error && depth < 6; inner = inner.cause, depth++)
    if ("code" in inner && fullCodes.includes(String(inner.code))) return true;
  return false;
}

/**
 * Sends a row where rows may be sent, and gives the record that it then has; undefined where it was not sent and has none. An error
 * of one row never ends the batch.
 */
export async function submitRow(run: BatchRun, row: KeyedRow): Promise<JobRecord | undefined> {
  const { options, store, idOf } = run.parts;
  const id = idOf(row.key);
  await run.submits.acquire();
  try {
    for (;;) {
      await run.gate.pass(options.signal).catch(() => {});
      if (options.signal?.aborted || run.gate.stopped) break;
      try {
        const record = await submitOnce(run, row);
        if (record.state === "unknown")
          run.gate.noteFailure(record.error?.message ?? "The outcome is unknown.");
        return record;
      } catch (error) {
        const mayRepeat = noteFailure(run, row, error);
        if (!mayRepeat) break;
      }
    }
    return await store.get(id);
  } finally {
    run.submits.release();
  }
}

/** After an abort the answer to a request on the wire is awaited for this long: a program that is asked to end must be gone within 8 s. */
const farewellMs = 6000;

/**
 * One submit. An abort ends it while it waits for a permit; a request that is on the wire gets time for its answer, because its
 * outcome would be unknown otherwise.
 */
async function submitOnce(run: BatchRun, row: KeyedRow): Promise<JobRecord> {
  const { options, once, clock } = run.parts;
  const { signal, attach } = options;
  const own = new AbortController();
  const state = { isOnWire: false };
  const stop = () => {
    if (!signal?.aborted) return;
    if (!state.isOnWire) return own.abort(signal.reason);
    pause(clock, farewellMs, own.signal).then(
      () => own.abort(signal.reason),
      () => {},
    );
  };
  const unsubscribe = onAbort(signal, stop);
  try {
    return await once.submit(row.key, options.model, row.input, {
      signal: own.signal,
      onSend: () => {
        state.isOnWire = true;
      },
      onRefused: () => {
        state.isOnWire = false;
        stop();
      },
      ...(attach && { attach }),
    });
  } finally {
    unsubscribe();
    own.abort("ended");
  }
}

/** Stops or pauses the batch where a failed submit concerns all rows; true where the row is to be sent again. */
function noteFailure(run: BatchRun, { key }: KeyedRow, error: unknown): boolean {
  const { gate, parts } = run;
  const message = messageOf(error);
  if (parts.options.signal?.aborted) return false;
  if (!isRunComfyError(error)) {
    if (isDiskFull(error))
      gate.stop({ code: "disk_full", message: `${asSentence(message)} Nothing more is sent.` });
    else gate.noteFailure(message);
    return false;
  }
  switch (error.code) {
    case "auth":
      gate.stop({ code: "auth", message: `${message} Nothing more is sent; running jobs are waited for.` });
      return false;
    case "insufficient_balance":
      gate.pauseForBalance(message);
      return gate.stopped === undefined;
    case "record":
      if (error.job) run.unnoted.push({ key, job: error.job.id });
      gate.stop({
        code: isDiskFull(error) ? "disk_full" : "record",
        message: `${message} Nothing more is sent.`,
      });
      return false;
    default:
      gate.noteFailure(message);
      return false;
  }
}
