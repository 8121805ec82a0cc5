import { appendFileSync, readFileSync } from "node:fs";
import type { JobRef } from "runcomfy-models";

/** The state of a row: the request may have left, nothing was started, or the job. */
export type State = "sending" | "refused" | JobRef;

const file = "jobs.jsonl";
const states = new Map<string, State>();

for (const line of readFileSync(file, { encoding: "utf8", flag: "a+" }).split("\n")) {
  if (line !== "") states.set(...(JSON.parse(line) as [string, State]));
}

export const read = (name: string): State | undefined => states.get(name);

/** Returns when the line is on disk, so that a crash loses no job. */
export const write = (name: string, state: State): void => {
  appendFileSync(file, `${JSON.stringify([name, state])}\n`, { flush: true });
  states.set(name, state);
};
