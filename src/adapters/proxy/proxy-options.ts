import type { FileStorage } from "../../attach/index.js";
import type { Client } from "../../client.js";
import type { JobRef } from "../../errors/error-fields.js";
import { ConfigError } from "../../errors/errors.js";
import type { CheckedModel } from "../../input/define-model.js";
import type { Store } from "../../once/index.js";
import {
  aBoolean,
  aFunction,
  anything,
  aPositiveNumber,
  aText,
  checkOptions,
} from "../../options/check-options.js";
import type { OptionRules } from "../../options/check-options.js";
import type { Logger } from "../../options/client-options.js";
import type { Log } from "../../options/callbacks.js";
import { callBack } from "../../options/callbacks.js";
import type { Clock } from "../../time/clock.js";
import type { Requests } from "../../wire/requests.js";
import type { ProxyJob } from "./proxy-wire.js";

/** The limits of each user. */
export interface ProxyLimits {
  /** Jobs of a user that may run at the same time. */
  readonly running: number;
  /** US dollars that a user may spend on one day, in UTC. */
  readonly usdPerDay: number;
  /** US dollars to count for a job whose price is not known exactly; the estimate counts where it is higher. Default none. */
  readonly assumeUsd?: number | undefined;
}

/** Files that pages upload. */
export interface ProxyUploads {
  /** Where they go: `s3Storage(…)` of `runcomfy-models/attach`, or what signs addresses of your own storage. */
  readonly storage: FileStorage;
  /** The largest file. Default 50,000,000. */
  readonly maxBytes?: number | undefined;
  /** Milliseconds for which an upload address takes its file. Default 900,000 (15 minutes). */
  readonly expiresInMs?: number | undefined;
}

/** A job at its end, as the server learns of it. */
export interface ProxyResult {
  /** The user, as `authorize` named them. */
  readonly user: string;
  /** The key that the page made for the job: it is the same where this end is told once more after a crash. */
  readonly key: string;
  readonly model: string;
  readonly job: JobRef;
  readonly state: "succeeded" | "failed" | "cancelled";
  /** The model's output; only where the job succeeded. Its addresses do not live for ever. */
  readonly output?: unknown;
  /** The reason why the job failed or was cancelled. */
  readonly error?: { readonly code: string; readonly message: string };
  /** US dollars, where the service tells. */
  readonly costUsd?: number;
}

/** Options of `createProxy`. */
export interface ProxyOptions {
  readonly client: Client;
  /** The models that pages may use, as generated modules and `defineModel` give them. Nothing else can be called. */
  readonly models: readonly CheckedModel[];
  /**
   * Names the user of a request, from its cookie or its headers, by the text that your database knows them by; anything else than a
   * text, and nobody is let in. The body is read already.
   */
  readonly authorize: (request: Request) => string | undefined | null | Promise<string | undefined | null>;
  /** At least 32 random characters that only the server knows: they sign handles. A list: the first signs, the others still count. */
  readonly secret: string | readonly string[];
  readonly limits: ProxyLimits;
  /** Keeps the jobs and the limits, over all processes. */
  readonly store: Store;
  /** The origin of the pages, such as `"https://app.example.com"`, or several: requests of other pages are refused. */
  readonly origin: string | readonly string[];
  /**
   * Called on the server once for each job that has ended, whether or not its page is still there: at a call of the page or of its user,
   * or in `sweep()`. Where it throws, or its program ends before it has, it is called again later. Default none.
   */
  readonly onResult?: ((result: ProxyResult) => unknown) | undefined;
  /** Lets pages upload files for the media fields of inputs. Default: they cannot. */
  readonly uploads?: ProxyUploads | undefined;
  /** `"uploads"`: media fields take uploads only. Default `"anywhere"`: and any public https address, and `data:` URIs. */
  readonly mediaFrom?: "uploads" | "anywhere" | undefined;
  /**
   * Gives the address of the page that a plain HTML form leads to, such as `` `/videos/${job.handle}` ``: forms are taken then, too.
   * Default: they are refused.
   */
  readonly formTarget?: ((job: ProxyJob) => string) | undefined;
  /** Accept a store that ends with the process: its limits then hold for each process by itself. Default false. */
  readonly acceptPerProcess?: boolean | undefined;
  /** The longest body of a request. Default 1,000,000. */
  readonly maxBodyBytes?: number | undefined;
  /**
   * Keeps the platform from stopping a job's paid request when the answer to the page has left first: `ctx.waitUntil` of Workers,
   * `after` of Next.js. Default: the process goes on by itself.
   */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  /** Keeps the jobs of this proxy apart from others in the same store. Default `"proxy"`. */
  readonly space?: string | undefined;
  /** Default: `console` for errors, else none. */
  readonly logger?: Logger | undefined;
  /** Default: the client's. */
  readonly clock?: Clock | undefined;
}

/** Options with their defaults, and the state that outlives a request: plain data, never a promise. */
export interface ProxySettings extends Pick<
  ProxyOptions,
  "authorize" | "limits" | "store" | "onResult" | "uploads" | "mediaFrom" | "formTarget" | "waitUntil"
> {
  readonly requests: Requests;
  readonly serviceOrigin: string;
  readonly models: ReadonlyMap<string, CheckedModel>;
  readonly secrets: readonly string[];
  readonly origins: ReadonlySet<string>;
  readonly acceptPerProcess: boolean;
  readonly maxBodyBytes: number;
  readonly space: string;
  readonly log: Log;
  readonly clock: Clock;
}

const rules: OptionRules<ProxyOptions> = {
  client: anything,
  models: anything,
  authorize: aFunction,
  secret: anything,
  limits: anything,
  store: anything,
  origin: anything,
  onResult: aFunction,
  uploads: anything,
  mediaFrom: (value) => (value === "uploads" || value === "anywhere" ? undefined : '"uploads" or "anywhere"'),
  formTarget: aFunction,
  acceptPerProcess: aBoolean,
  maxBodyBytes: aPositiveNumber,
  waitUntil: aFunction,
  space: aText,
  logger: anything,
  clock: anything,
};

const limitRules: OptionRules<ProxyLimits> = {
  running: aPositiveNumber,
  usdPerDay: aPositiveNumber,
  assumeUsd: aPositiveNumber,
};

const uploadRules: OptionRules<ProxyUploads> = {
  storage: anything,
  maxBytes: aPositiveNumber,
  expiresInMs: aPositiveNumber,
};

const shortestSecret = 32;

/** Reads the options of `createProxy`. Throws a ConfigError where one is missing, unknown or invalid. */
export function readSettings(options: ProxyOptions): ProxySettings {
  checkOptions("createProxy", options, rules, {
    perUser: "limits",
    origins: "origin",
    allowedModels: "models",
  });
  for (const name of ["client", "models", "authorize", "secret", "limits", "store", "origin"] as const)
    if (options[name] === undefined)
      throw new ConfigError(`createProxy needs ${name}. Without it, strangers could spend your balance.`);
  const { client, authorize, store, onResult, waitUntil, space = "proxy", logger } = options;
  const { acceptPerProcess = false, maxBodyBytes = 1_000_000, limits } = options;
  const requests = Object(client)["~requests"] as Requests | undefined;
  if (!requests)
    throw new ConfigError("createProxy needs a client: createProxy({ client: createClient() }).");
  checkLimits(limits, options.models);
  const { uploads, mediaFrom, formTarget } = options;
  checkOptions("uploads of createProxy", uploads, uploadRules);
  if (mediaFrom === "uploads" && !uploads)
    throw new ConfigError('mediaFrom: "uploads" of createProxy needs the option uploads.');
  return {
    requests,
    serviceOrigin: client.origin,
    models: readModels(options.models),
    secrets: readSecrets(options.secret),
    origins: readOrigins(options.origin),
    ...{
      authorize,
      limits,
      store,
      onResult,
      uploads,
      mediaFrom,
      formTarget,
      waitUntil,
      acceptPerProcess,
      maxBodyBytes,
      space,
    },
    clock: options.clock ?? requests.settings.clock,
    log: (level, message) => {
      const place = logger ?? (level === "error" ? console : undefined);
      void callBack(
        () => {},
        () => place?.[level]?.(message),
      );
    },
  };
}

function readModels(models: readonly CheckedModel[]): ReadonlyMap<string, CheckedModel> {
  const isList = Array.isArray(models) && models.length > 0;
  if (!isList || !models.every((model) => typeof Object(model)["~check"] === "function"))
    throw new ConfigError(
      "models of createProxy is no list of models that check their inputs. Give it modules' `model`, such as models: [model].",
    );
  return new Map(models.map((model) => [model.id, model]));
}

function checkLimits(limits: ProxyLimits, models: readonly CheckedModel[]): void {
  checkOptions("limits of createProxy", limits, limitRules, { usd: "usdPerDay", concurrent: "running" });
  for (const name of ["running", "usdPerDay"] as const)
    if (limits[name] === undefined)
      throw new ConfigError(`limits of createProxy needs ${name}. Infinity is no limit.`);
  if (limits.assumeUsd !== undefined || limits.usdPerDay === Infinity || !Array.isArray(models)) return;
  const open = models.find((model) => model["~estimate"]?.({}).bound !== "exact");
  if (open)
    throw new ConfigError(
      `The price of ${open.id} is not known exactly, so usdPerDay alone limits nothing: give limits.assumeUsd, the dollars to count ` +
        "for such a job.",
    );
}

function readSecrets(secret: string | readonly string[]): readonly string[] {
  const secrets = typeof secret === "string" ? [secret] : secret;
  const isFit = (one: unknown) => typeof one === "string" && one.length >= shortestSecret;
  if (!Array.isArray(secrets) || secrets.length === 0 || !secrets.every(isFit))
    throw new ConfigError(
      `secret of createProxy must have at least ${shortestSecret} characters: make one with \`openssl rand -hex 32\`, and keep it ` +
        "in the environment.",
    );
  return secrets;
}

function readOrigins(origin: string | readonly string[]): ReadonlySet<string> {
  const origins = typeof origin === "string" ? [origin] : origin;
  const isFit = (one: unknown) =>
    typeof one === "string" && URL.canParse(one) && /^https?:/.test(one) && new URL(one).pathname === "/";
  if (!Array.isArray(origins) || origins.length === 0 || !origins.every(isFit))
    throw new ConfigError(
      'origin of createProxy must be the origin of your pages, such as "https://app.example.com" or "http://localhost:3000".',
    );
  return new Set(origins.map((one) => new URL(one).origin));
}
