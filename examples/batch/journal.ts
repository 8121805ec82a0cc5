import { appendFileSync, readFileSync } from "node:fs";
import type { JobRef } from "runcomfy-models";

/** What is known of a row: on its way, not taken, or the job. */
export type State = "sending" | "refused" | JobRef;

const file = "jobs.jsonl";
const states = new Map<string, State>();

for (const line of readFileSync(file, { encoding: "utf8", flag: "a+" }).split("\n")) {
  if (line !== "") states.set(...(JSON.parse(line) as [string, State]));
}

export const read = (name: string): State | undefined => states.get(name);

/** On disk before anything else happens: a crash loses no job. */
export const write = (name: string, state: State): void => {
  appendFileSync(file, `${JSON.stringify([name, state])}\n`, { flush: true });
  states.set(name, state);
};
