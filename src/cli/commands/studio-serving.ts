import { isAbsolute } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ConfigError, createClient } from "../../index.js";
import type { Client } from "../../index.js";
import { userRecordPath } from "../../node/record/user-record-path.js";
import { findToken } from "../../node/token/find-token.js";
import { onAbort } from "../../time/scope.js";
import type { Studio, StudioOptions } from "../../studio/server/studio.js";
import { batchSpace, openRecord } from "../record/user-record.js";
import { CommandError } from "../terminal/exit-code.js";
import { catchInterrupt } from "../terminal/interrupt.js";
import { self } from "../terminal/invocation.js";
import { findPackageFolder, readVersion } from "../terminal/package-file.js";
import { plain } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { quote } from "../terminal/shell-word.js";
import { isLocal } from "../job/file-saving.js";
import { readPlaces, readPriceLimits } from "../session/job-args.js";
import type { FileArgs, SaveArgs } from "../session/job-args.js";
import { cacheFolder } from "../models/daily-cache.js";
import { readListings } from "../models/listing.js";
import { noToken, openSession, readBaseUrl } from "../session/session.js";
import { readUploadPlace } from "../files/upload-place.js";

/** The options of `studio`, as commander gives them. */
export interface StudioArgs extends Omit<SaveArgs, "force" | "json">, FileArgs {
  readonly port?: string;
  /** Commander's name for `--no-open`. */
  readonly open?: boolean;
  readonly emulate?: boolean;
  readonly maxUsd?: string;
  readonly assumeUsd?: string;
}

/** The service that the studio uses: the one of the account, or an emulator in this process. */
interface StudioServiceChoice {
  readonly client: Client;
  readonly mode: StudioOptions["mode"];
  readonly hasToken: boolean;
  readonly baseUrl: string | undefined;
  readonly close: () => Promise<void>;
}

/** `studio`: serves the page until Ctrl-C. */
export async function runStudio(terminal: Terminal, options: StudioArgs): Promise<void> {
  const port = readPort(options.port);
  const limits = readPriceLimits(options);
  const { save: saveFolder = "." } = options;
  const store = await openRecord(terminal);
  const interrupt = catchInterrupt();
  const service = await openService(terminal, options);
  try {
    const { startStudio } = await import("../../studio/server/studio.js");
    const packageFolder = await findPackageFolder();
    const studio = await startStudio({
      ...service,
      store,
      recordPath: userRecordPath(),
      batchSpace,
      version: await readVersion(),
      listings: await readListings(),
      pageFolder: fileURLToPath(new URL("dist/studio", packageFolder)),
      saveFolder,
      cacheFolder: cacheFolder(),
      allowDirectories: options.allowDir ?? [],
      port,
      ...(options.upload !== undefined && { upload: readUploadPlace(options.upload) }),
      save: { ...readPlaces(options), allowLocalhost: isLocal(service.baseUrl) },
      ...(limits.maxUsd !== undefined && {
        budget: { id: nameBudget(service.mode), maxUsd: limits.maxUsd },
      }),
      ...(limits.assumeUsd !== undefined && { assumeUsd: limits.assumeUsd }),
      // The page shows no path of this machine.
      describeCommand: (own) =>
        describeCommand(options, own, (folder) => (isAbsolute(folder) ? "FOLDER" : folder)),
      reveal: async (path) => (await import("../terminal/desktop.js")).revealFile(path),
      log: (line) => terminal.say(plain(line)),
    });
    await serve(terminal, studio, options, interrupt.signal);
  } finally {
    interrupt.release();
    await service.close();
    await store.close();
  }
}

async function serve(
  terminal: Terminal,
  studio: Studio,
  options: StudioArgs,
  signal: AbortSignal,
): Promise<void> {
  const address = studio.makeAddress();
  terminal.live("");
  terminal.out(address);
  terminal.say(
    options.emulate
      ? "The studio runs on the built-in emulator: nothing costs money. Ctrl-C ends it."
      : "The studio is for this machine only; each address works once, in one browser. Ctrl-C ends it.",
  );
  const dialogue = process.stdin.isTTY && terminal.isWatched ? createInterface(process.stdin) : undefined;
  if (dialogue) terminal.say("Press Enter for another address.");
  dialogue?.on("line", () => terminal.out(studio.makeAddress()));
  if (options.open !== false && terminal.isScreen)
    await (await import("../terminal/desktop.js")).openBrowser(address);
  await new Promise<void>((done) => onAbort(signal, () => done()));
  dialogue?.close();
  const running = studio.running();
  terminal.live("ending: what is on the wire is noted");
  await studio.stop();
  terminal.live("");
  const jobs = running === 1 ? "1 job goes on" : `${running} jobs go on`;
  if (running > 0)
    terminal.say(`${jobs}. To wait and save again:\n  ${describeCommand(options, studio.port)}`);
}

async function openService(terminal: Terminal, options: StudioArgs): Promise<StudioServiceChoice> {
  if (options.emulate) {
    const { startEmulatedService } = await import("./emulated-service.js");
    const { client, url, close } = await startEmulatedService();
    return { client, mode: "emulator", hasToken: true, baseUrl: url, close };
  }
  const baseUrl = readBaseUrl(options);
  const own = { mode: "live", baseUrl, close: async () => {} } as const;
  if (await findToken()) {
    const { client } = await openSession(terminal, options);
    return { ...own, client, hasToken: true };
  }
  terminal.say(`Warning: ${noToken}\nThe page shows models and what you have; nothing can be run.`);
  const token = () => Promise.reject(new ConfigError(noToken));
  return {
    ...own,
    client: createClient({ token, ...(baseUrl !== undefined && { baseUrl }) }),
    hasToken: false,
  };
}

/** Names the budget. It is one of a day, so that it holds over restarts, and each day begins anew. */
function nameBudget(mode: StudioOptions["mode"]): string {
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  return `studio ${mode} ${day}`;
}

/** The command that starts this studio again, at the same address. */
function describeCommand(
  options: StudioArgs,
  port: number,
  showFolder: (folder: string) => string = (folder) => folder,
): string {
  const { emulate, save, maxUsd, assumeUsd, hosts, allowAddress, upload, allowDir = [], baseUrl } = options;
  const flags: readonly (readonly [name: string, value: string | undefined])[] = [
    ["--port", String(port)],
    ["--save", save && showFolder(save)],
    ["--max-usd", maxUsd],
    ["--assume-usd", assumeUsd],
    ["--hosts", hosts],
    ["--allow-address", allowAddress],
    ["--upload", upload],
    ...allowDir.map((folder) => ["--allow-dir", showFolder(folder)] as const),
    ["--base-url", baseUrl],
  ];
  const given = flags.flatMap(([name, value]) => (value === undefined ? [] : [name, quote(value)]));
  return [self, "studio", ...(emulate ? ["--emulate"] : []), ...given].join(" ");
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new CommandError(`--port takes a number from 0 to 65535. Given: ${JSON.stringify(text)}.`);
}
