import { ConfigError } from "../../errors/errors.js";
import { scope } from "../../time/scope.js";
import { refuse, Refusal } from "./failures.js";
import { readBodyCall } from "./form-call.js";
import { cancelJob, readJob, readResult } from "./calls-by-handle.js";
import { visit } from "./job-settling.js";
import { nameUser } from "./job-handle.js";
import { readSettings } from "./proxy-settings.js";
import type { ProxyOptions } from "./proxy-options.js";
import type { ProxySettings } from "./proxy-settings.js";
import { createProxyMemory } from "./proxy-memory.js";
import type { ProxyMemory } from "./proxy-memory.js";
import type { ProxyCall, ProxyFailure, ProxyJob, ProxyUpload, ProxyUser } from "./proxy-wire.js";
import { readBody } from "./bounded-body.js";
import { submitJob } from "./page-submit.js";
import { signUpload } from "./uploads.js";
import { sweepJobs } from "./sweep.js";
import type { SweepOptions, SweepReport } from "./sweep.js";
import { createUserContext } from "./user-context.js";
import type { UserContext } from "./user-context.js";

/** Lets pages of your users run jobs, without a token in the page: a function from a request to its answer. */
export interface Proxy {
  /** Answers a request; never rejects. Takes at most 8 s. */
  (request: Request): Promise<Response>;
  /**
   * Settles the jobs whose pages have not come back: call it every few minutes from a cron job. Any number of calls may run at the same
   * time.
   */
  sweep(options?: SweepOptions): Promise<SweepReport>;
  /**
   * Opens the store. Rejects with a ConfigError where it cannot keep the limits, and where a function gives no fit secret; every request
   * is answered with 500 then.
   */
  open(): Promise<void>;
}

/** The longest time for a request, in ms; 8 s are promised, and the rest is for the way to the page. */
const requestMs = 7500;

/**
 * Makes the server's side of a page that runs jobs: mount it at one address of your framework, for POST requests. It denies all that is
 * not allowed: only users that `authorize` names, only the listed models, only within the user's limits, only the user's own jobs.
 *
 * @throws ConfigError when an option is missing, unknown or invalid.
 *
 * @example
 * export const POST = createProxy({ client, models: [model], authorize, secret, limits, store, origin });
 */
export function createProxy(options: ProxyOptions): Proxy {
  const settings = readSettings(options);
  const memory = createProxyMemory();
  return Object.assign((request: Request) => answer(settings, memory, request), {
    sweep: async (given?: SweepOptions) => {
      await openStore(settings, memory);
      return sweepJobs(settings, memory, given);
    },
    open: async () => {
      settings.secrets();
      await openStore(settings, memory);
    },
  });
}

async function answer(settings: ProxySettings, memory: ProxyMemory, request: Request): Promise<Response> {
  const headers = makeHeaders(settings, request);
  try {
    if (request.method === "OPTIONS" && headers.has("access-control-allow-origin"))
      return new Response(null, { status: 204, headers });
    const { clock } = settings;
    const { reply, location } = await scope({ clock, ms: requestMs }, (signal) =>
      respond(settings, memory, request, signal),
    );
    if (location !== undefined) headers.set("location", location);
    return new Response(JSON.stringify(reply), { status: location === undefined ? 200 : 303, headers });
  } catch (error) {
    const { status, error: told } = refuse(settings, error);
    if (status === 405) headers.set("allow", "POST");
    if (told.retryAfterMs !== undefined)
      headers.set("retry-after", String(Math.ceil(told.retryAfterMs / 1000)));
    const failure: ProxyFailure = { error: told };
    return new Response(JSON.stringify(failure), { status, headers });
  }
}

function makeHeaders({ origins }: ProxySettings, { headers }: Request): Headers {
  const origin = headers.get("origin");
  return new Headers({
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    vary: "origin",
    ...(origin !== null &&
      origins.has(origin) && {
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type, authorization",
      }),
  });
}

/** The reply to a call, and the page that the browser of a plain form goes to. */
interface Reply {
  readonly reply: ProxyJob | ProxyUpload | ProxyUser;
  readonly location?: string;
}

async function respond(
  settings: ProxySettings,
  memory: ProxyMemory,
  request: Request,
  signal: AbortSignal,
): Promise<Reply> {
  const { headers, method } = request;
  const { origins, maxBodyBytes, clock, formTarget } = settings;
  const startedAt = clock.now();
  if (method !== "POST") throw new Refusal("method", "Calls are POST requests.");
  // The body is read before anything is refused: see `readBody`.
  const body = await readBody(request, maxBodyBytes, signal);
  if (!origins.has(headers.get("origin") ?? ""))
    throw new Refusal("origin", "This page may not use this address.");
  const user = await authorize(settings, request);
  if ("problem" in body)
    throw body.problem === "too_large"
      ? new Refusal("too_large", `The body has more than ${maxBodyBytes} bytes. Upload files instead.`)
      : new Refusal("request", "The body could not be read.");
  const { call, isForm } = await readBodyCall(settings, headers.get("content-type") ?? "", body.bytes);
  await openStore(settings, memory);
  const reply = await perform(createUserContext(settings, memory, user, startedAt), call, signal);
  return isForm && formTarget && "handle" in reply ? { reply, location: formTarget(reply) } : { reply };
}

const longestUser = 200;

/**
 * The user of a request. A value that is not a text of a sensible length counts as no user: `true`, for example, would make all
 * users one.
 */
async function authorize({ authorize: ask, log }: ProxySettings, request: Request): Promise<string> {
  const user: unknown = await ask(request);
  if (typeof user === "string" && isName(user)) return user;
  if (user !== undefined && user !== null && user !== "")
    log(
      "error",
      `authorize gave a value of type ${typeof user}. It must name the user by a text of at most ${longestUser} characters.`,
    );
  throw new Refusal("unauthorized", "Log in first.");
}

async function openStore({ store, acceptPerProcess }: ProxySettings, memory: ProxyMemory): Promise<void> {
  if (memory.isOpen) return;
  const { durability } = await store.open();
  if (durability === "none" && !acceptPerProcess)
    throw new ConfigError(
      "The store of createProxy ends with the process, and so would the limits of its users: each process and each restart would begin " +
        "anew. Give it postgresStore, redisStore or fileStore, or set acceptPerProcess: true.",
    );
  memory.isOpen = true;
}

async function perform(
  context: UserContext,
  call: ProxyCall,
  signal: AbortSignal,
): Promise<ProxyJob | ProxyUpload | ProxyUser> {
  switch (call.call) {
    case "submit":
      return submitJob(context, call, signal);
    case "status":
      return readJob(context, call.handle, signal);
    case "result":
      return readResult(context, call.handle, signal);
    case "cancel":
      return cancelJob(context, call.handle, signal);
    case "upload":
      return signUpload(context, call);
    case "user":
      await visit(context, undefined, signal);
      return { user: await nameUser(context) };
  }
}

function isName(text: string): boolean {
  return text !== "" && text.length <= longestUser && !/\p{Surrogate}/u.test(text);
}
