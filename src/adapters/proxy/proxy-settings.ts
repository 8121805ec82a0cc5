import { ConfigError } from "../../errors/errors.js";
import type { CheckedModel } from "../../input/define-model.js";
import {
  aBoolean,
  aFunction,
  anything,
  aPositiveNumber,
  aText,
  checkOptions,
  aClock,
  aLogger,
} from "../../options/check-options.js";
import type { OptionRules } from "../../options/check-options.js";
import type { Log } from "../../options/callbacks.js";
import { callBack } from "../../options/callbacks.js";
import type { Clock } from "../../time/clock.js";
import type { ProxyLimits, ProxyOptions, ProxyUploads } from "./proxy-options.js";
import type { GivenClient } from "./request-client.js";
import { parseUrl } from "../../input/parse-url.js";

/** Options with their defaults. */
export interface ProxySettings extends Pick<
  ProxyOptions,
  "authorize" | "limits" | "store" | "onResult" | "uploads" | "mediaFrom" | "formTarget" | "waitUntil"
> {
  readonly givenClient: GivenClient;
  readonly serviceOrigin: string;
  readonly models: ReadonlyMap<string, CheckedModel>;
  /** Gives the secrets. Throws a ConfigError where the caller's function gives none, or one that is too short. */
  readonly secrets: () => readonly string[];
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
  logger: aLogger,
  clock: aClock,
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
  const givenClient = Object(client)["~requests"] as GivenClient | undefined;
  if (!givenClient)
    throw new ConfigError("createProxy needs a client: createProxy({ client: createClient() }).");
  checkLimits(limits, options.models);
  const { uploads, mediaFrom, formTarget } = options;
  checkOptions("uploads of createProxy", uploads, uploadRules);
  if (mediaFrom === "uploads" && !uploads)
    throw new ConfigError('mediaFrom: "uploads" of createProxy needs the option uploads.');
  return {
    givenClient,
    serviceOrigin: client.origin,
    models: readModels(options.models),
    secrets: makeSecrets(options.secret),
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
    clock: options.clock ?? givenClient.settings.clock,
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

function makeSecrets(secret: ProxyOptions["secret"]): ProxySettings["secrets"] {
  let known = typeof secret === "function" ? undefined : readSecrets(secret);
  return () => (known ??= readSecrets((secret as () => string | readonly string[])()));
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
    typeof one === "string" && /^https?:/.test(one) && parseUrl(one)?.pathname === "/";
  if (!Array.isArray(origins) || origins.length === 0 || !origins.every(isFit))
    throw new ConfigError(
      'origin of createProxy must be the origin of your pages, such as "https://app.example.com" or "http://localhost:3000".',
    );
  return new Set(origins.map((one) => new URL(one).origin));
}
