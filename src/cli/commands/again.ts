import { readFile } from "node:fs/promises";
import type { Json, Schema } from "../../input/model.js";
import { describeReadFailure } from "../../node/files/read-failure.js";
import { decodeText } from "../../node/files/text-file.js";
import { findRecord } from "../record/job-lookup.js";
import { openRecord } from "../record/user-record.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { self } from "../terminal/invocation.js";
import { plain } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { listNamed, readFields } from "./field-input.js";
import type { GivenFields } from "./field-input.js";
import type { SubmitArgs } from "../session/job-args.js";
import { resolveModel } from "../session/model-resolving.js";
import { openSession } from "../session/session.js";
import type { Session } from "../session/session.js";
import { checkArgs, readKey, runOrder } from "./submission.js";
import { isObject } from "../../input/json-value.js";

/** A job whose input is to run once more. */
interface Origin {
  readonly model: string;
  readonly input: { readonly [name: string]: Json };
}

/** `again JOB` and `again MANIFEST`: the same input once more as a new job, with the fields changed that flags give. */
export async function runAgain(
  terminal: Terminal,
  source: string,
  given: GivenFields,
  options: SubmitArgs,
): Promise<void> {
  checkArgs(options);
  const session = await openSession(terminal, options);
  const origin = (await readManifestOrigin(source)) ?? (await readRecordOrigin(session, source));
  const model = await resolveModel(session, origin.model, options);
  const schema: Schema | undefined = typeof model === "string" ? undefined : model.input;
  const fields = { ...given, inputFile: options.input, schema };
  const changes = await readFields(fields);
  const input = { ...origin.input, ...changes };
  refuseHashes(input);
  const changed = Object.keys(changes).join(", ");
  terminal.say(
    `${plain(origin.model)} again, ${changed === "" ? "unchanged" : `with another ${plain(changed)}`}.`,
  );
  await runOrder(session, { model, input, key: readKey(options), named: listNamed(fields) }, options);
}

/** The job of a manifest that `save` wrote; undefined where no such file is there. */
async function readManifestOrigin(path: string): Promise<Origin | undefined> {
  let text: string;
  try {
    text = decodeText(await readFile(path));
  } catch (error) {
    const isPath = /[/\\]|\.json$/i.test(path);
    if (!isPath) return undefined;
    throw new CommandError(
      `The manifest ${JSON.stringify(path)} cannot be read: ${describeReadFailure(error)}.`,
      exitCodes.noInput,
    );
  }
  const { model, input } = parseObject(text);
  if (typeof model === "string" && isObject(input)) return { model, input: input as Origin["input"] };
  throw new CommandError(
    `${JSON.stringify(path)} is no manifest with a model and an input. Files that "${self} run --save" makes have one.`,
    exitCodes.data,
  );
}

function parseObject(text: string): { readonly [name: string]: unknown } {
  try {
    return Object(JSON.parse(text)) as { readonly [name: string]: unknown };
  } catch {
    return {};
  }
}

async function readRecordOrigin({ client, terminal }: Session, name: string): Promise<Origin> {
  const store = await openRecord(terminal);
  const record = await findRecord(store, client.origin, name);
  if (!record)
    throw new CommandError(
      `${JSON.stringify(plain(name))} is neither a job on record nor a manifest. "${self} jobs" lists the jobs.`,
      exitCodes.data,
    );
  const input = (await store.payload.get(record)) ?? record.input;
  if (isObject(input)) return { model: record.model, input: input as Origin["input"] };
  throw new CommandError(
    `The record of ${plain(name)} holds no input to run again. Give it to a new job:  ${self} run ${record.model}`,
    exitCodes.data,
  );
}

/** Refuses an input of which the record holds only hashes of files. */
function refuseHashes(input: { readonly [name: string]: Json }): void {
  const names = Object.keys(input).filter((name) => holdsHash(input[name]!));
  if (names.length === 0) return;
  throw new CommandError(
    `Nothing was started: the record holds only the hash of the file in ${names.join(", ")}. Give it again: --${names[0]} VALUE.`,
    exitCodes.data,
  );
}

function holdsHash(value: Json): boolean {
  if (typeof value === "string") return /^data:[^,]{0,200},(?:sha256:[0-9a-f]{64}$|.*…)/i.test(value);
  if (typeof value !== "object" || value === null) return false;
  if (!Array.isArray(value) && typeof (value as { readonly sha256?: unknown }).sha256 === "string")
    return true;
  return Object.values(value).some((inner) => holdsHash(inner as Json));
}
