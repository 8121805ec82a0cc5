import type { Client, Price } from "runcomfy-models";
import { createOnce } from "runcomfy-models/once";
import type { Budget, Once, Store } from "runcomfy-models/once";
import type { SaveReport } from "runcomfy-models/node";
import type { PermissionBook } from "../permission/permission-book.js";
import { usualLimits } from "../settings/settings.js";
import type { Limits, Settings } from "../settings/settings.js";

/** The parts that all connections and calls of one server process share. */
export interface Session {
  readonly client: Client;
  readonly store: Store;
  readonly once: Once;
  readonly settings: Settings;
  readonly limits: Limits;
  /** Undefined where a person is asked before each paid call. */
  readonly budget: Budget | undefined;
  readonly permissions: PermissionBook;
  /** Jobs that calls intend and have not sent yet, by key, in the order of the calls. */
  readonly intended: Map<string, Intent>;
  /** Jobs that are being sent, by key. */
  readonly sending: Map<string, Sending>;
  /** Prices of the live catalogue, by the model's id. */
  readonly prices: Map<string, Price>;
  /** Saves that go on, by the job's id. */
  readonly saving: Map<string, Promise<SaveReport>>;
  /** Aborts when the server ends: waits, downloads, and jobs whose request has not left. */
  readonly closing: AbortController;
  /** Called when files were saved: the list of resources has changed. */
  readonly watchers: Set<() => void>;
  /** Writes a line for the person who runs the server. */
  readonly log: (line: string) => void;
}

/** A job that a call intends. */
export interface Intent {
  readonly model: string;
  readonly inputHash: string;
}

/** A job that is being sent. */
export interface Sending extends Intent {
  /** Settles with the attempt's outcome; never rejects. */
  readonly ended: Promise<unknown>;
}

/** The parts that a session is made of. */
export interface SessionOptions {
  readonly client: Client;
  readonly store: Store;
  readonly settings: Settings;
  readonly permissions: PermissionBook;
  readonly log: (line: string) => void;
  /** Default `usualLimits`. */
  readonly limits?: Limits;
}

/** The service's own address. */
const serviceOrigin = "https://model-api.runcomfy.net";

/** Opens a session: its jobs count against the budget of `--max-usd`, where the flag is given. */
export function openSession(options: SessionOptions): Session {
  const { client, store, settings, permissions, log, limits = usualLimits } = options;
  const { maxUsd, assumeUsd } = settings;
  // An emulator's dollars count apart from those of the service.
  const name = client.origin === serviceOrigin ? settings.budget : `${settings.budget} of ${client.origin}`;
  const budget = maxUsd === undefined ? undefined : { id: name, maxUsd };
  const once = createOnce({ client, store, budget, assumeUsd, logger: { warn: log, error: log } });
  return {
    client,
    store,
    once,
    settings,
    limits,
    budget,
    permissions,
    intended: new Map(),
    sending: new Map(),
    prices: new Map(),
    saving: new Map(),
    closing: new AbortController(),
    watchers: new Set(),
    log,
  };
}

/**
 * Ends the session: a paid request that has left is finished and recorded first, one that has not left is not sent.
 */
export async function closeSession({ closing, sending, saving, store }: Session): Promise<void> {
  closing.abort(new Error("The server ends."));
  await Promise.all([...sending.values()].map(({ ended }) => ended));
  await Promise.allSettled(saving.values());
  await store.close();
}
