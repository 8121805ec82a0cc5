import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, dirname, join, resolve } from "node:path";
import type { Upload } from "../../attach/upload-types.js";
import type { Client } from "../../index.js";
import { ConfigError } from "../../index.js";
import type { FileStore } from "../../node/record/file-store.js";
import { openDirectory } from "../../node/save/directory.js";
import type { SaveOptions } from "../../node/save/save-types.js";
import type { Budget } from "../../once/once-types.js";
import type { Setup } from "../api-types.js";
import { GivenFiles } from "../files/given-files.js";
import { createPlaceHiding } from "../files/place-hiding.js";
import { Thumbnails } from "../files/thumbnails.js";
import { FolderManifests } from "../jobs/folder-manifests.js";
import { Gallery } from "../jobs/gallery.js";
import { JobActions } from "../jobs/job-actions.js";
import { JobSender } from "../jobs/job-sender.js";
import { JobWaiter } from "../jobs/job-waiter.js";
import { RecordSources } from "../jobs/record-sources.js";
import { StudioNotes } from "../jobs/studio-notes.js";
import type { StudioParts } from "../jobs/studio-parts.js";
import { resumeWaits } from "../jobs/resumed-waits.js";
import { ModelShelf } from "../models/model-shelf.js";
import type { ShippedListing } from "../models/model-shelf.js";
import { answerRequest } from "./studio-requests.js";
import type { StudioService } from "./studio-service.js";
import { StudioSessions } from "./studio-session.js";

/** Options of `startStudio`. */
export interface StudioOptions {
  readonly client: Client;
  /** The user's record, open. */
  readonly store: FileStore;
  readonly recordPath: string;
  /** The space of the record in which batches are listed. */
  readonly batchSpace: string;
  readonly mode: Setup["mode"];
  readonly version: string;
  readonly hasToken: boolean;
  /** The models of this package. */
  readonly listings: readonly ShippedListing[];
  /** The folder of the page's files. */
  readonly pageFolder: string;
  readonly saveFolder: string;
  /** The folder for given files and small pictures. */
  readonly cacheFolder: string;
  /** Folders from which inputs may be read, and whose files may be shown. */
  readonly allowDirectories: readonly string[];
  /** 0 for any free one; undefined for the usual one, or any where that is taken. */
  readonly port: number | undefined;
  readonly upload?: Upload | undefined;
  readonly save?: Pick<SaveOptions, "hosts" | "allowAddresses" | "allowLocalhost">;
  readonly budget?: Budget | undefined;
  readonly assumeUsd?: number | undefined;
  /** The command that starts the studio again at a port. */
  readonly describeCommand: (port: number) => string;
  readonly reveal: (path: string) => Promise<void>;
  readonly log: (line: string) => void;
}

/** A studio that listens. */
export interface Studio {
  readonly port: number;
  /** An address with a one-time key, a new one at each call. */
  readonly makeAddress: () => string;
  /** The number of jobs that go on at the service. */
  readonly running: () => number;
  /** Sends nothing more, waits until what is on the wire is noted, and ends. Jobs at the service go on. */
  readonly stop: () => Promise<void>;
}

/** The port that is used where it is free: with the same address the page keeps its drafts. */
const usualPort = 8788;

/** Starts the studio on this machine; only this machine can reach it. Rejects with a ConfigError where the port is taken. */
export async function startStudio(options: StudioOptions): Promise<Studio> {
  const { client, hasToken, saveFolder } = options;
  const sources = new RecordSources({ ...options, path: options.recordPath, origin: client.origin });
  const parts = await openParts({ ...options, saveFolder: await openDirectory(saveFolder) }, sources);
  const ended = new AbortController();
  const waiter = new JobWaiter(parts, (space) => sender.once(space));
  const sender = new JobSender(parts, (record) => void waiter.follow({ key: sources.keyOf(record), record }));
  const server = createServer();
  const port = await listen(server, options.port);
  const service: StudioService = {
    parts,
    sender,
    actions: new JobActions(parts, sender, waiter),
    sessions: new StudioSessions(port),
    pageFolder: options.pageFolder,
    setup: createSetup(options, parts, sender, port),
    signal: ended.signal,
  };
  const answers = new Set<Promise<void>>();
  server.on("request", (request, response) => {
    const answer = answerRequest(service, port, request, response).finally(() => answers.delete(answer));
    answers.add(answer);
  });
  void parts.models.readLive(hasToken, ended.signal);
  await resumeWaits(parts, waiter);
  return {
    port,
    makeAddress: () => `http://127.0.0.1:${port}/#key=${service.sessions.makeOneTimeKey()}`,
    running: () => waiter.count,
    stop: async () => {
      await sender.stop();
      ended.abort("The studio is ending.");
      await waiter.stop();
      await closeServer(server);
      // An answer that is still being made may read the record, which its owner closes next.
      await Promise.all(answers);
      await sources.close();
    },
  };
}

async function openParts(options: StudioOptions, sources: RecordSources): Promise<StudioParts> {
  const { client, store, saveFolder, cacheFolder, allowDirectories, recordPath } = options;
  const notes = new StudioNotes(join(dirname(recordPath), "studio.json"));
  await notes.open();
  const { reveal, log, budget, assumeUsd, upload } = options;
  const shownFolders = [saveFolder, ...allowDirectories.map((folder) => resolve(folder))];
  const folders = [...shownFolders, options.saveFolder, cacheFolder, dirname(recordPath), process.cwd()];
  return {
    client,
    hasToken: options.hasToken,
    store,
    gallery: new Gallery(sources, new FolderManifests(saveFolder), notes),
    notes,
    models: new ModelShelf(client, options.listings),
    files: { given: new GivenFiles(join(cacheFolder, "inputs")), allowDirectories, upload },
    thumbnails: new Thumbnails(join(cacheFolder, "thumbnails")),
    saveFolder,
    shownFolders,
    save: options.save ?? {},
    budget,
    assumeUsd,
    reveal,
    log,
    hidePlaces: createPlaceHiding(folders),
  };
}

function createSetup(
  { mode, version, hasToken, describeCommand }: StudioOptions,
  { budget, store, gallery, saveFolder }: StudioParts,
  sender: JobSender,
  port: number,
): StudioService["setup"] {
  const started = randomUUID();
  return async () => {
    await gallery.refresh();
    const committedUsd = budget ? await store.committed(budget.id) : sumCosts(gallery, sender.sentUsd);
    return {
      mode,
      version,
      saveFolder: basename(saveFolder),
      budget: { ...(budget && { maxUsd: budget.maxUsd }), committedUsd },
      hasToken,
      command: describeCommand(port),
      started,
    };
  };
}

/** US dollars of the jobs that this process has sent: the costs that are known, and the prices of the others that may be paid. */
function sumCosts(gallery: Gallery, sentUsd: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [key, usd] of sentUsd) {
    const record = gallery.get(key)?.source?.record;
    const isPaid = record && !["new", "held", "rejected", "cancelled"].includes(record.state);
    if (isPaid) sum += record.costUsd ?? usd;
  }
  return Math.round(sum * 1e8) / 1e8;
}

async function listen(server: Server, port: number | undefined): Promise<number> {
  try {
    return await listenAt(server, port ?? usualPort);
  } catch (cause) {
    if (port === undefined) return listenAt(server, 0);
    const said = (cause as Error).message;
    throw new ConfigError(
      `The studio cannot listen on port ${port} (${said}). Choose another one with --port, or leave the option out.`,
      { cause },
    );
  }
}

function listenAt(server: Server, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", fail);
      done((server.address() as AddressInfo).port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
