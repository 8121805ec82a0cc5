import { access } from "node:fs/promises";
import { fileStore } from "../../node/record/file-store.js";
import type { FileStore } from "../../node/record/file-store.js";
import { userRecordPath } from "../../node/record/user-record-path.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { plain } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { messageOf } from "../../errors/error-message.js";

/** The space in which batches are listed, with the place of their own record as the key. */
export const batchSpace = "batches";

/** The way out where no record can be made in the usual place. */
export const recordRemedy = "Set XDG_STATE_HOME to a folder that can be written to.";

/** Open records stay reachable until the process ends: Node warns of a file that is collected before it was closed. */
const openedRecords: FileStore[] = [];

/**
 * Opens the user's record.
 *
 * @throws CommandError (1) where it cannot be read or written: a job that could not be recorded is not sent.
 */
export async function openRecord(terminal: Terminal, path = userRecordPath()): Promise<FileStore> {
  const store = fileStore(path);
  openedRecords.push(store);
  try {
    const { warning } = await store.open();
    if (warning !== undefined) terminal.say(`Warning: ${plain(warning)}`);
    return store;
  } catch (cause) {
    const { cause: refusal } = Object(cause) as Partial<Error>;
    const said = messageOf(refusal instanceof Error ? refusal : cause);
    const remedy = refusal instanceof Error ? ` ${recordRemedy}` : "";
    throw new CommandError(
      `The record of your jobs, ${path}, cannot be used: ${said}\nNothing was sent.${remedy}`,
      exitCodes.general,
      { cause },
    );
  }
}

/**
 * Opens the user's record for a command that pays nothing, and so does without it where it cannot be used. Nothing is created: where
 * there is no record yet, there is nothing to read.
 */
export async function openRecordIfThere(terminal: Terminal): Promise<FileStore | undefined> {
  return (await hasRecord()) ? openRecordIfUsable(terminal) : undefined;
}

/** True where the user has a record already. */
export async function hasRecord(): Promise<boolean> {
  return access(userRecordPath()).then(
    () => true,
    () => false,
  );
}

/** Opens the user's record where it can be used, made new where there is none. */
export async function openRecordIfUsable(terminal: Terminal): Promise<FileStore | undefined> {
  try {
    return await openRecord(terminal);
  } catch (error) {
    terminal.say(`Warning: ${plain(messageOf(error).split("\n")[0]!)}`);
    return undefined;
  }
}
