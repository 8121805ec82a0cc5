import pg from "pg";
import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { postgresStore } from "runcomfy-models/once";
import { createProxy } from "runcomfy-models/proxy";
import { findUser } from "./sessions.js";

type Env = { readonly [name in "RUNCOMFY_TOKEN" | "PROXY_SECRET" | "DATABASE_URL"]: string };
type Context = { waitUntil(work: Promise<unknown>): void };

// On Workers a connection belongs to one request, so each request makes its own proxy.
const worker = {
  async fetch(request: Request, env: Env, context: Context): Promise<Response> {
    const database = new pg.Client({ connectionString: env.DATABASE_URL });
    await database.connect();
    const work: Promise<unknown>[] = [];
    const proxy = createProxy({
      client: createClient({ token: env.RUNCOMFY_TOKEN }),
      models: [model],
      authorize: findUser,
      secret: env.PROXY_SECRET,
      limits: { running: 2, usdPerDay: 5, assumeUsd: 0.5 },
      store: postgresStore(database),
      origin: "https://app.example.com",
      waitUntil: (one) => work.push(one),
    });
    const response = await proxy(request);
    context.waitUntil(Promise.all(work).then(() => database.end()));
    return response;
  },
};

export default worker;
