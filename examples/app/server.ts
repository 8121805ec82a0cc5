import { serve } from "@hono/node-server";
import { build } from "esbuild";
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { html, raw } from "hono/html";
import { createClient } from "runcomfy-models";
import { startEmulator } from "runcomfy-models/emulator";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { fileStore } from "runcomfy-models/node";
import { createProxy } from "runcomfy-models/proxy";

const port = Number(process.env["PORT"] ?? 3000);
const origin = `http://localhost:${port}`;

// Without a token of yours all runs on the emulator, and costs nothing.
const token = process.env["RUNCOMFY_TOKEN"];
const emulator = token ? undefined : await startEmulator({ queueMs: 2000, runMs: 4000 });
const client = createClient(emulator ? { token: emulator.token, baseUrl: emulator.url } : { token });

// In your application: its sessions and its users.
const users = new Map<string, string>();

const proxy = createProxy({
  client,
  models: [model],
  authorize: (request) => users.get(/session=([\w-]+)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? ""),
  secret: process.env["PROXY_SECRET"] ?? crypto.randomUUID() + crypto.randomUUID(),
  limits: { running: 2, usdPerDay: 5, assumeUsd: 0.5 },
  store: fileStore(process.env["JOBS_FILE"] ?? ".cache/app/jobs.jsonl"),
  origin,
  onResult: ({ user, job, state }) => console.log(`${user}: job ${job.id} ${state}`),
});
setInterval(() => void proxy.sweep().catch(console.error), 60_000).unref();

const page = await build({
  entryPoints: ["examples/app/page.tsx"],
  bundle: true,
  write: false,
  format: "esm",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
});
const login = html`<form method="post" action="/login">
  <label>Your name <input name="name" /></label> <button>Log in</button>
</form>`;
const shown = html`<div id="root"></div>
  <script type="module">
    ${raw(page.outputFiles[0]!.text.replaceAll("</script", "<\\/script"))};
  </script>`;

const app = new Hono();
app.post("/api/runcomfy", (c) => proxy(c.req.raw));
app.get("/", (c) => c.html(users.has(getCookie(c, "session") ?? "") ? shown : login));
app.post("/login", async (c) => {
  const session = crypto.randomUUID();
  users.set(session, String((await c.req.formData()).get("name")));
  setCookie(c, "session", session, { httpOnly: true, sameSite: "Strict" });
  return c.redirect("/", 303);
});
serve({ fetch: app.fetch, port, hostname: "localhost" }, () => console.log(`Open ${origin}`));
