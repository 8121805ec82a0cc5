import type { Client } from "../../client.js";
import { createOnceWith } from "../../once/once.js";
import type { JobRecord, Once, RecordId } from "../../once/index.js";
import type { ProxySettings } from "./proxy-settings.js";
import { createRequestClient } from "./request-client.js";
import { createSignatures } from "./signatures.js";
import type { Signatures } from "./signatures.js";
import type { ProxyMemory } from "./proxy-memory.js";

/** One user during one request. */
export interface UserContext {
  readonly settings: ProxySettings;
  readonly memory: ProxyMemory;
  readonly user: string;
  /** The time at which the request came, by the clock. */
  readonly startedAt: number;
  readonly client: Client;
  readonly once: Once;
  readonly signatures: Signatures;
  /** The names under which the user's dollars and places are counted in the store. */
  readonly limits: { readonly dollars: string; readonly places: string };
  readonly idOf: (key: string) => RecordId;
}

/** Makes the context of a user. Nothing in it is shared with another request. */
export function createUserContext(
  settings: ProxySettings,
  memory: ProxyMemory,
  user: string,
  startedAt: number,
): UserContext {
  const { serviceOrigin, space: prefix, store, limits, clock, log, givenClient } = settings;
  const space = spaceOf(prefix, user);
  const day = new Date(clock.date()).toISOString().slice(0, 10);
  const names = {
    dollars: `${serviceOrigin} ${space} dollars ${day}`,
    places: `${serviceOrigin} ${space} places`,
  };
  const client = createRequestClient(givenClient, memory.knownToken);
  const { running, usdPerDay, assumeUsd } = limits;
  const once = createOnceWith(memory.account, {
    client,
    store,
    space,
    clock,
    assumeUsd,
    ...(usdPerDay < Infinity && { budget: { id: names.dollars, maxUsd: usdPerDay } }),
    ...(running < Infinity && { places: { id: names.places, most: running } }),
    logger: {
      info: (line) => log("info", line),
      warn: (line) => log("warn", line),
      error: (line) => log("error", line),
    },
  });
  return {
    ...{ settings, memory, user, startedAt, client, once },
    signatures: createSignatures(settings.secrets()),
    limits: names,
    idOf: (key) => ({ origin: serviceOrigin, space, key }),
  };
}

/**
 * The space of a user's records. Names of users may hold any character, so they are escaped: no name can imitate another prefix.
 */
export function spaceOf(prefix: string, user: string): string {
  return `${prefix}/${encodeURIComponent(user)}`;
}

/** The user of a record; undefined where the record is not one of this proxy's. */
export function userOf({ space: prefix }: ProxySettings, { space }: JobRecord): string | undefined {
  if (!space.startsWith(`${prefix}/`)) return undefined;
  const name = space.slice(prefix.length + 1);
  try {
    const user = decodeURIComponent(name);
    return encodeURIComponent(user) === name && user !== "" ? user : undefined;
  } catch {
    return undefined;
  }
}
