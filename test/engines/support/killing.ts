import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { transformSync } from "esbuild";
import type { Emulator } from "../../../src/emulator/index.js";
import { dose } from "../../support/dose.js";
import { checkHistory } from "../../support/history.js";
import type { History, RecordedJob } from "../../support/history.js";
import { keyOf } from "./queue.js";

export const root = join(import.meta.dirname, "../../..");

/** The number of kills: a few in every run of all tests, many with `npm run test:kill`. */
export const countKills = (full: number): number => dose(4, full);

/** Lets an example's claims run out after seconds, so that a test need not wait for those of killed workers. */
export const quickLease = { 'space: "film"': 'space: "film", leaseMs: 3000' };

/** An example as a program that Node 20 runs, with some of its text replaced. */
export const compileExample = (path: string, replaced: { readonly [name: string]: string } = {}): string => {
  const name = Object.values(replaced).join("-").replace(/\W+/g, "-");
  const folder = join(root, ".cache/engine-programs", name);
  mkdirSync(folder, { recursive: true });
  let { code } = transformSync(readFileSync(join(root, path), "utf8"), { loader: "ts", format: "esm" });
  for (const [from, to] of Object.entries(replaced)) code = code.replaceAll(from, to);
  const file = join(folder, basename(path).replace(/\.ts$/, ".mjs"));
  writeFileSync(file, code);
  return file;
};

/** A program that may be killed at any moment. */
export interface Program {
  readonly child: ChildProcess;
  /** The end of all that it has said on standard error. */
  readonly said: () => string;
  /** Rejects when the program ends without having been told to. */
  readonly ended: Promise<never>;
  /** Ends it with this signal, and waits until it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a program of Node's that works on the emulator. */
export const startProgram = (
  words: readonly string[],
  emulator: Emulator,
  env: { readonly [name: string]: string } = {},
): Program => {
  const own = { RUNCOMFY_BASE_URL: emulator.url, RUNCOMFY_TOKEN: emulator.token, ...env };
  const child = spawn(process.execPath, words, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "", ...own },
  });
  let text = "";
  child.stderr.on("data", (data: Buffer) => {
    text = (text + data.toString()).slice(-5000);
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let isTold = false;
  const ended = gone.then(() => (isTold ? new Promise<never>(() => {}) : Promise.reject(new Error(text))));
  ended.catch(() => undefined);
  return {
    ended,
    child,
    said: () => text,
    end: async (signal) => {
      isTold = true;
      child.kill(signal);
      await gone;
    },
  };
};

/**
 * Kills workers one after the other, each time a random one once a random number of paid requests has been accepted: the last of
 * these has had its effect at that moment, and its answer has not left yet. Starts another worker for each. Gives those that live.
 */
export const killAtRandom = async (
  start: () => Program,
  workers: number,
  kills: number,
  emulator: Emulator,
): Promise<Program[]> => {
  const random = (below: number): number => Math.floor(Math.random() * below);
  const living = Array.from({ length: workers }, start);
  for (let killed = 0; killed < kills; killed++) {
    for (let passes = random(8); passes >= 0; passes--)
      await Promise.race([
        emulator.nextRequest(({ route, requestId }) => route === "submit" && requestId !== undefined),
        ...living.map(({ ended }) => ended),
      ]);
    const at = random(workers);
    await living[at]!.end("SIGKILL");
    living[at] = start();
  }
  return living;
};

/** Compares the records with the emulator's jobs, and says the figures. */
export const judge = (
  name: string,
  kills: number,
  records: readonly RecordedJob[],
  emulator: Emulator,
): History => {
  const history = checkHistory(records, emulator.jobs.map(keyOf));
  const { paidTwice, unrecorded, unknown, neverSent } = history;
  console.log(
    `${name}: ${kills} kills, ${emulator.jobs.length} jobs, ${paidTwice.length} paid twice, ${unrecorded.length} paid and unrecorded, ` +
      `${unknown.length} unknown, of which ${neverSent.length} were never sent`,
  );
  return history;
};
