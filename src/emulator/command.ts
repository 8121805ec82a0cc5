import { readFileSync } from "node:fs";
import { ConfigError } from "../errors/errors.js";
import type { Fault } from "./faults/fault.js";
import { loadCatalogue, startEmulator } from "./index.js";
import type { EmulatorModel, EmulatorOptions, SeenRequest } from "./index.js";
import { describeMedia } from "./jobs/received-media.js";
import { everyQuirk } from "./service/quirks.js";
import { messageOf } from "../errors/error-message.js";

/** The options of the command `emulate`, with values as a command line gives them. */
export interface EmulateOptions {
  /** Default 8787. */
  readonly port?: string;
  readonly host?: string;
  readonly allowRemote?: boolean;
  /** Host names besides those of this machine. */
  readonly allowHost?: readonly string[];
  /** Default `"emulator-token"`. */
  readonly token?: string;
  /** The path of a catalogue.json. Default: this package's own. */
  readonly catalogue?: string;
  /** The models themselves, in place of those of a file. */
  readonly models?: readonly EmulatorModel[];
  /** Milliseconds. */
  readonly queueMs?: string;
  /** Milliseconds. */
  readonly runMs?: string;
  readonly concurrency?: string;
  /** `"documented"` or `"observed"`. */
  readonly wireFormat?: string;
  /** US dollars. */
  readonly balance?: string;
  /** Names of quirks of the catalogue, with commas, or `"all"`. */
  readonly quirks?: string;
  /** JSON, each a fault or an array of them; `@path` reads a file. */
  readonly fault?: readonly string[];
  /** Prints no line per request. */
  readonly quiet?: boolean;
}

/** The streams that the command writes to, and the signal that ends it. */
export interface EmulateTerminal {
  /** Receives the address, one line. */
  readonly stdout: (line: string) => void;
  /** Receives all other lines. */
  readonly stderr: (line: string) => void;
  /** Ends the command. */
  readonly signal: AbortSignal;
}

/**
 * Runs the emulator until the signal aborts.
 *
 * @throws ConfigError if an option cannot be understood, the host is not allowed or the port is taken.
 */
export async function runEmulator(options: EmulateOptions, terminal: EmulateTerminal): Promise<void> {
  const settings = readOptions(options);
  const onRequest = (request: SeenRequest) => terminal.stderr(describeRequest(request));
  const emulator = await startEmulator({ ...settings, ...(!options.quiet && { onRequest }) });
  try {
    terminal.stdout(emulator.url);
    terminal.stderr(`The emulator listens. Nothing costs money here; the token is ${emulator.token}`);
    terminal.stderr(`  createClient({ baseUrl: "${emulator.url}", token: "${emulator.token}" })`);
    terminal.stderr("Ctrl-C ends it.");
    await waitForAbort(terminal.signal);
    terminal.stderr(`${emulator.jobs.length} jobs were accepted, ${emulator.charged} charged.`);
  } finally {
    await emulator.close();
  }
}

function waitForAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function describeRequest({ method, path, status, media = [], fault }: SeenRequest): string {
  const shownFault = fault ? `  fault ${JSON.stringify(fault)}` : "";
  return `${status ?? "---"} ${method} ${path}${describeMedia(media)}${shownFault}`;
}

function readOptions(options: EmulateOptions): EmulatorOptions {
  return {
    port: readNumber("--port", options.port, 65_535) ?? 8787,
    ...(options.host !== undefined && { host: options.host }),
    ...(options.allowRemote && { allowRemote: true }),
    ...(options.allowHost !== undefined && { allowHosts: options.allowHost }),
    ...(options.token !== undefined && { tokens: options.token }),
    ...(options.catalogue !== undefined && { models: loadCatalogue(options.catalogue) }),
    ...(options.models !== undefined && { models: options.models }),
    ...optional("queueMs", readNumber("--queue-ms", options.queueMs)),
    ...optional("runMs", readNumber("--run-ms", options.runMs)),
    ...optional("concurrency", readNumber("--concurrency", options.concurrency)),
    ...optional("balanceUsd", readNumber("--balance", options.balance)),
    ...(options.wireFormat !== undefined && {
      wireFormat: readWord("--wire-format", options.wireFormat, wireFormats),
    }),
    ...(options.quirks !== undefined && { quirks: readQuirkNames(options.quirks) }),
    faults: (options.fault ?? []).flatMap(readFault),
  };
}

function optional<Name extends string>(name: Name, value: number | undefined): { [Key in Name]?: number } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]: number });
}

const wireFormats = ["documented", "observed"] as const;

function readNumber(name: string, text: string | undefined, most = Infinity): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() === "" || !(number >= 0 && number <= most)) {
    throw new ConfigError(
      `${name} must be a number from 0${most < Infinity ? ` to ${most}` : ""}. Given: ${JSON.stringify(text)}.`,
    );
  }
  return number;
}

function readWord<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === text);
  if (word === undefined)
    throw new ConfigError(`${name} must be one of: ${words.join(", ")}. Given: ${JSON.stringify(text)}.`);
  return word;
}

function readQuirkNames(text: string): NonNullable<EmulatorOptions["quirks"]> {
  return text === "all"
    ? "all"
    : text.split(",").map((word) => readWord("--quirks", word.trim(), everyQuirk));
}

function readFault(text: string): Fault[] {
  try {
    const json = text.startsWith("@") ? readFileSync(text.slice(1), "utf8") : text;
    const value = JSON.parse(json) as Fault | Fault[];
    return Array.isArray(value) ? value : [value];
  } catch (cause) {
    throw new ConfigError(
      `--fault ${text} is neither JSON nor @ and a file of JSON: ${messageOf(cause)}. ` +
        'It looks like {"route":"submit","status":503}.',
      { cause },
    );
  }
}
