import type { ContentBlock } from "@modelcontextprotocol/server";
import type { JobRecord } from "runcomfy-models/once";
import { save as saveFiles } from "runcomfy-models/node";
import type { SaveReport } from "runcomfy-models/node";
import { describeError, refuseError } from "../jobs/failure.js";
import { describeMissing, describeStanding, findRecord } from "../jobs/job-record.js";
import { toFileUri } from "../resources/saved-files.js";
import type { Session } from "../session/session.js";
import { tooLate, during, within } from "../session/timer.js";
import { answer, refuse } from "../calls/answer.js";
import { jobArgument } from "./job-arguments.js";
import type { Arguments, Tool, ToolCall, ToolReply } from "../calls/tool.js";

export const save: Tool = {
  name: "save",
  title: "Save a job's files",
  description:
    "Downloads the files of a job that has ended into the server's folder, checks them and writes a manifest. Free; calling it again " +
    "fetches only what is missing. Gives paths and links, not the files themselves.",
  input: {
    type: "object",
    properties: { job: jobArgument },
    required: ["job"],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  call: saveJob,
};

async function saveJob({ job: name }: Arguments, call: ToolCall): Promise<ToolReply> {
  const { session, report } = call;
  const { settings, limits } = session;
  const { save: directory } = settings;
  if (directory === undefined)
    return refuse({
      error: "no_folder",
      what_to_do:
        "This server was started without --save DIR, so it writes no files. The tool result gives the addresses.",
    });
  const record = await findRecord(session, String(name));
  if (!record) return refuse(describeMissing(String(name)));
  if (record.state !== "accepted" && record.state !== "done") return refuse(describeStanding(record));
  const saving = startSaving(session, record, directory);
  try {
    const done = await during(within(saving, limits.waitMs), limits.reportMs, () => report("saving"));
    if (done !== tooLate) return describeReport(record, done);
    return answer({
      key: record.key,
      state: "saving",
      what_to_do: "The download goes on by itself. Call save again.",
    });
  } catch (error) {
    return refuseError(error, describeStanding((await session.once.status(record.key)) ?? record));
  }
}

/** Saves a job's files; calls at the same time share one download. No cancelled call ends it. */
function startSaving(session: Session, record: JobRecord, directory: string): Promise<SaveReport> {
  const { key } = record;
  const present = session.saving.get(key);
  if (present) return present;
  const saving = saveRecord(session, record, directory).finally(() => session.saving.delete(key));
  saving.catch(() => {});
  session.saving.set(key, saving);
  return saving;
}

async function saveRecord(
  { once, closing, watchers }: Session,
  { key, input }: JobRecord,
  directory: string,
): Promise<SaveReport> {
  const { signal } = closing;
  const read = () => once.result(key, { signal, timeoutMs: 30_000 });
  const report = await saveFiles(await read(), {
    directory,
    ...(input !== undefined && { input }),
    refresh: read,
    onFailure: "report",
    signal,
  });
  const files = report.files.map(({ path, bytes, sha256, contentType }) => ({
    path,
    bytes,
    sha256,
    contentType,
  }));
  const missing = report.failed.filter(({ role }) => role === "output").length;
  await once.noteFiles(key, { files, missing });
  for (const tell of watchers) tell();
  return report;
}

function describeReport(
  { key, job }: JobRecord,
  { directory, manifest, files, failed }: SaveReport,
): ToolReply {
  const missing = failed.filter(({ role }) => role === "output");
  const data = {
    key,
    ...(job && { job: job.id }),
    directory,
    manifest,
    files: files.map(({ path, bytes, contentType, sha256, warnings }) => ({
      path,
      bytes,
      type: contentType,
      sha256,
      ...(warnings.length > 0 && { warnings }),
    })),
    ...(missing.length > 0 && {
      missing: missing.slice(0, 10).map(({ error }) => describeError(error)),
      what_to_do: "Some files are missing. Call save again: it fetches only those.",
    }),
  };
  const links = [
    ...files.map(({ path, name, contentType, bytes }) => linkTo(path, name, contentType, bytes)),
    linkTo(manifest, "manifest", "application/json"),
  ];
  return missing.length > 0
    ? { ...refuse(data), content: [...refuse(data).content, ...links] }
    : answer(data, links);
}

function linkTo(path: string, name: string, mimeType: string, size?: number): ContentBlock {
  return { type: "resource_link", uri: toFileUri(path), name, mimeType, ...(size !== undefined && { size }) };
}
