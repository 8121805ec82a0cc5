import { connection, onNewKey, openSession, request } from "../api/requests.js";
import type { Changes } from "../../src/studio/job-api-types.js";
import { captionOf, stateWords } from "../app/words.js";
import { areModelsComplete, loadModels, loadSetup } from "./catalogue.js";
import { announce } from "./announcer.js";
import { countActive, isActive, jobs, loadPage, mergeRecords } from "./jobs.js";

/** Eight tabs share six connections of the browser, so requests are short, and rare while nothing runs. In ms. */
const busyMs = 700;
const idleMs = 3000;
const stoppedMs = 1500;

let version: number | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let isAsking = false;

/** Opens the session, loads what every view needs, and keeps the records up to date while the tab is seen or a job runs. */
export async function startPolling(): Promise<void> {
  await openSession().catch(() => undefined);
  document.addEventListener("visibilitychange", () => void poll());
  onNewKey(() => void poll());
  connection.subscribe(() => {
    if (connection.get() === "stopped") plan(stoppedMs);
  });
  await poll();
}

/** Asks at once: after something was started or changed. */
export async function poll(): Promise<void> {
  clearTimeout(timer);
  // The title of a hidden tab tells how many jobs still run.
  if (isAsking || (isHidden() && countActive(jobs.get()) === 0)) return;
  isAsking = true;
  try {
    await ask();
  } catch {
    // The connection's state shows the failure; the next round tries again.
  } finally {
    isAsking = false;
    plan(nextMs());
  }
}

function plan(afterMs: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void poll(), afterMs);
}

function nextMs(): number {
  if (connection.get() !== "open") return stoppedMs;
  return countActive(jobs.get()) > 0 && !isHidden() ? busyMs : idleMs;
}

function isHidden(): boolean {
  return document.visibilityState === "hidden";
}

async function ask(): Promise<void> {
  if (connection.get() !== "open" || !areModelsComplete() || version === undefined) {
    // Also after a restart of the server, whose numbers of changes begin anew.
    await loadSetup();
    if (!areModelsComplete()) await loadModels();
    ({ version } = await request<Changes>("GET", "/api/changes"));
    await loadPage({ text: "", state: "", favourite: false }, undefined, 60);
    return;
  }
  const changes = await request<Changes>("GET", `/api/changes?since=${version}`);
  if (changes.version === version) return;
  version = changes.version;
  const { byKey } = jobs.get();
  mergeRecords(changes.records, changes.removed);
  for (const job of changes.records) {
    const before = byKey.get(job.key);
    if (before && isActive(before) && !isActive(job))
      announce(`${stateWords[job.state]}: ${captionOf(job).slice(0, 60)}`);
  }
  await loadSetup();
}

/** Begins anew with the next round: the server was started again. */
connection.subscribe(() => {
  if (connection.get() !== "open") version = undefined;
});
