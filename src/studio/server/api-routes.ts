import { basename } from "node:path";
import type { Changes, JobList } from "../job-api-types.js";
import { mostGivenBytes } from "../files/given-files.js";
import { ApiRefusal } from "../jobs/api-refusal.js";
import type { GalleryEntry } from "../jobs/gallery.js";
import { checkJob } from "../jobs/job-check.js";
import { viewJobs } from "../jobs/job-view.js";
import type { StudioParts } from "../jobs/studio-parts.js";
import { measureGiven } from "../models/given-measurement.js";
import { sendJson } from "./http-answer.js";
import { limitBody, readJsonBody } from "./request-body.js";
import { readAmounts, readCheck, readSubmit, readText } from "./request-values.js";
import type { StudioCall, StudioService } from "./studio-service.js";

const mostPerPage = 100;
const mostChanges = 500;

/** Answers a request of the page that has its cookie and its key. */
export async function answerApi(service: StudioService, call: StudioCall): Promise<void> {
  const { method, path, response } = call;
  const [name = "", ...rest] = path;
  const route = `${method} ${name}`;
  if (name === "jobs" && rest.length > 0) return answerJob(service, call, rest);
  if (route === "GET models")
    return sendJson(
      response,
      200,
      rest.length > 0 ? await describe(service, rest) : service.parts.models.list(),
    );
  if (rest.length > 0) throw notFound();
  switch (route) {
    case "GET setup":
      return sendJson(response, 200, await service.setup());
    case "POST check": {
      const request = readCheck(await readJsonBody(call.request));
      return sendJson(response, 200, await checkJob(service.parts, request, service.signal));
    }
    case "POST files":
      return sendJson(response, 200, await keepFile(service, call));
    case "GET jobs":
      return sendJson(response, 200, await listJobs(service.parts, call.query));
    case "POST jobs":
      return submitJob(service, call);
    case "GET changes":
      return sendJson(response, 200, await listChanges(service.parts, call.query));
    default:
      throw notFound();
  }
}

function notFound(): ApiRefusal {
  return new ApiRefusal(404, "not_found", "There is nothing at this address.");
}

function describe({ parts }: StudioService, id: readonly string[]): Promise<object> {
  return parts.models.describe(id.join("/"));
}

async function keepFile({ parts }: StudioService, { request }: StudioCall): Promise<object> {
  const file = await parts.files.given.add(limitBody(request, mostGivenBytes));
  if (!file)
    throw new ApiRefusal(
      415,
      "media",
      "The file is of no known picture, video or sound format, as its first bytes show.",
    );
  return measureGiven(file);
}

async function submitJob(
  { parts, sender, signal }: StudioService,
  { request, response }: StudioCall,
): Promise<void> {
  const record = await sender.submit(readSubmit(await readJsonBody(request)), signal);
  await sendRecord(parts, response, record.key, 202);
}

async function sendRecord(
  parts: StudioParts,
  response: StudioCall["response"],
  key: string,
  status: number,
): Promise<void> {
  await parts.gallery.refresh();
  const entry = parts.gallery.get(key);
  if (!entry) return sendJson(response, 200, {});
  const [record] = await viewJobs(parts, [entry]);
  sendJson(response, status, { record });
}

async function answerJob(
  { parts, actions, signal }: StudioService,
  call: StudioCall,
  [key = "", action = "", ...more]: readonly string[],
): Promise<void> {
  const { method, request, response, query } = call;
  if (more.length > 0) throw notFound();
  await parts.gallery.refresh();
  if (method === "GET" && action === "") {
    if (!parts.gallery.get(key)) throw notFound();
    return sendRecord(parts, response, key, 200);
  }
  if (method === "GET" && action === "balance")
    return sendJson(response, 200, await actions.balance(key, signal));
  if (method === "DELETE" && action === "") {
    await actions.remove(key, { files: query.get("files") === "yes", force: query.get("force") === "yes" });
    return sendJson(response, 200, {});
  }
  if (method !== "POST") throw notFound();
  const body = await readJsonBody(request);
  switch (action) {
    case "cancel":
    case "refuse":
    case "fetch":
    case "reveal":
      await actions[action](key);
      break;
    case "retry":
      await actions.retry(key, readAmounts(body), signal);
      break;
    case "accept":
      await actions.accept(key, readText(body, "id", /^[\w-]{1,128}$/));
      break;
    case "favourite":
      await actions.favourite(key, body["on"] === true);
      break;
    default:
      throw notFound();
  }
  return sendRecord(parts, response, key, 200);
}

async function listJobs(parts: StudioParts, query: URLSearchParams): Promise<JobList> {
  await parts.gallery.refresh();
  const limit = Math.min(Math.max(1, Math.floor(Number(query.get("limit") ?? 40)) || 40), mostPerPage);
  const before = query.get("before") ?? undefined;
  const { entries, total, next } = parts.gallery.page({ before, limit, fits: readFilter(parts, query) });
  return { records: await viewJobs(parts, entries), total, ...(next !== undefined && { next }) };
}

/** The filter of the list: words of model, title, request id, input, files and batch, states with commas, favourites. */
function readFilter(parts: StudioParts, query: URLSearchParams): (entry: GalleryEntry) => boolean {
  const words = (query.get("text") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const states = (query.get("state") ?? "").split(",").filter(Boolean);
  const onlyFavourites = ["yes", "true", "1"].includes(query.get("favourite") ?? "");
  return ({ key, source, manifest }) => {
    if (states.length > 0 && !states.includes(source?.record.state ?? "done")) return false;
    if (onlyFavourites && !parts.notes.isFavourite(key)) return false;
    if (words.length === 0) return true;
    const model = source?.record.model ?? manifest?.model ?? "";
    const input = JSON.stringify(source?.record.input ?? manifest?.input ?? "");
    const files = [...(source?.record.files ?? []), ...(manifest?.files ?? [])];
    const names = files.map((file) => ("name" in file ? file.name : basename(file.path))).join(" ");
    const id = source?.record.job?.id ?? manifest?.requestId ?? "";
    const text =
      `${model} ${parts.models.titleOf(model)} ${id} ${input} ${names} ${source?.batch ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

async function listChanges(parts: StudioParts, query: URLSearchParams): Promise<Changes> {
  const { gallery } = parts;
  await gallery.refresh();
  const { version } = gallery;
  const since = query.get("since");
  if (since === null) return { version, records: [], removed: [] };
  const { entries, removed } = gallery.changedSince(Number(since));
  const first = entries.slice(0, mostChanges);
  // The page asks again from the last change that it was told of.
  const told = entries.length > mostChanges ? first.at(-1)!.version : version;
  return { version: told, records: await viewJobs(parts, first), removed };
}
