import { request } from "../api/requests.js";
import type { State } from "../../src/once/record/record.js";
import type {
  BalanceHint,
  JobAnswer,
  JobList,
  StudioJob,
  SubmitRequest,
} from "../../src/studio/job-api-types.js";
import { createStore } from "./store.js";

/** The records that the page has seen, by their keys, and the number of the last change. */
export interface Jobs {
  readonly byKey: ReadonlyMap<string, StudioJob>;
  /** Keys of records that were deleted here or in another tab. */
  readonly removed: ReadonlySet<string>;
}

export const jobs = createStore<Jobs>({ byKey: new Map(), removed: new Set() });

/** States in which a record still changes by itself. */
export function isActive({ state }: Pick<StudioJob, "state">): boolean {
  return state === "sending" || state === "accepted";
}

/** The number of records that still change by themselves. */
export function countActive({ byKey }: Jobs): number {
  return [...byKey.values()].filter(isActive).length;
}

/** A job that the service has not begun yet can be cancelled. */
export function isCancellable({ state, status }: Pick<StudioJob, "state" | "status">): boolean {
  return state === "accepted" && (status === undefined || status === "in_queue");
}

/** Takes records in, each in place of the one with its key. */
export function mergeRecords(records: readonly StudioJob[], removed: readonly string[] = []): void {
  if (records.length === 0 && removed.length === 0) return;
  jobs.update((now) => {
    const byKey = new Map(now.byKey);
    for (const record of records) byKey.set(record.key, record);
    for (const key of removed) byKey.delete(key);
    return { byKey, removed: removed.length > 0 ? new Set([...now.removed, ...removed]) : now.removed };
  });
}

/** All records that the page has seen, newest first. */
export function listSeen({ byKey }: Jobs): StudioJob[] {
  return [...byKey.values()].sort(compareNewest);
}

export function compareNewest(a: StudioJob, b: StudioJob): number {
  return a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : a.key < b.key ? 1 : -1;
}

/** Starts a job under a key that the caller made for this click: the same request again is the same job. */
export async function startJob(job: SubmitRequest): Promise<StudioJob> {
  const { record } = await request<JobAnswer>("POST", "/api/jobs", job);
  mergeRecords([record]);
  return record;
}

/** Asks the server for a change of one record, and takes the record in as it is then. */
export async function changeJob(
  key: string,
  action: "cancel" | "accept" | "refuse" | "retry" | "fetch" | "favourite" | "reveal",
  body: object = {},
): Promise<void> {
  const answer = await request<Partial<JobAnswer> | undefined>("POST", `${pathOf(key)}/${action}`, body);
  if (answer?.record) mergeRecords([answer.record]);
}

/** Deletes a record, and its files only where `files` says so. One that is open, perhaps paid, needs `force`. */
export async function deleteJob(
  key: string,
  ask: { readonly files: boolean; readonly force: boolean },
): Promise<void> {
  const parameters = new URLSearchParams({
    ...(ask.files && { files: "yes" }),
    ...(ask.force && { force: "yes" }),
  });
  await request("DELETE", `${pathOf(key)}?${parameters}`);
  mergeRecords([], [key]);
}

/** A record that the page has not seen yet. */
export async function loadJob(key: string): Promise<StudioJob> {
  const { record } = await request<JobAnswer>("GET", pathOf(key));
  mergeRecords([record]);
  return record;
}

/** The balance before a job was sent, and now. */
export function readBalance(key: string): Promise<BalanceHint> {
  return request("GET", `${pathOf(key)}/balance`);
}

function pathOf(key: string): string {
  return `/api/jobs/${encodeURIComponent(key)}`;
}

/** The filter of the gallery. */
export interface JobQuery {
  readonly text: string;
  readonly state: State | "";
  readonly favourite: boolean;
}

/** Records of a query, newest first, from the one after `before` on. */
export async function loadPage(query: JobQuery, before?: string, limit = 100): Promise<JobList> {
  const parameters = new URLSearchParams({ limit: String(limit) });
  if (before !== undefined) parameters.set("before", before);
  if (query.text !== "") parameters.set("text", query.text);
  if (query.state !== "") parameters.set("state", query.state);
  if (query.favourite) parameters.set("favourite", "yes");
  const page = await request<JobList>("GET", `/api/jobs?${parameters}`);
  mergeRecords(page.records);
  return page;
}

/** Tells whether a record belongs to a query, as the server does. */
export function fits(record: StudioJob, { text, state, favourite }: JobQuery): boolean {
  if (state !== "" && record.state !== state) return false;
  if (favourite && !record.favourite) return false;
  if (text === "") return true;
  const { model, title, job, input, files, batch } = record;
  const place = JSON.stringify([
    model,
    title,
    job,
    input,
    files.map(({ name }) => name),
    batch,
  ]).toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => place.includes(word));
}
