import { connection, onNewKey, openSession, request } from "../api/requests.js";
import type { Changes } from "../../src/studio/job-api-types.js";
import { areModelsComplete, loadModels, loadSetup } from "./catalogue.js";
import { isActive, jobs, loadPage, mergeRecords } from "./jobs.js";

/** Eight tabs share six connections of the browser, so requests are short, and rare while nothing runs. In ms. */
const busyMs = 700;
const idleMs = 3000;
const stoppedMs = 1500;

let version: number | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let isAsking = false;

/** Opens the session, loads what every view needs, and keeps the records up to date for as long as the tab is seen. */
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
  if (isAsking || document.visibilityState === "hidden") return;
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
  return [...jobs.get().byKey.values()].some(isActive) ? busyMs : idleMs;
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
  mergeRecords(changes.records, changes.removed);
  await loadSetup();
}

/** Begins anew with the next round: the server was started again. */
connection.subscribe(() => {
  if (connection.get() !== "open") version = undefined;
});
