import { sValidator } from "@hono/standard-validator";
import { Hono } from "hono";
import { html } from "hono/html";
import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

const client = createClient(); // on the server: no page gets the token
const form = html`<form method="post" action="/videos"><input name="prompt" /></form>`;
const waiting = html`<meta http-equiv="refresh" content="2" />Not ready yet`;
export const app = new Hono();

app.get("/", (c) => c.html(form));
app.post("/videos", sValidator("form", model), async (c) => {
  const job = await client.submit(model, c.req.valid("form"));
  return c.redirect(`/videos/${job.id}`, 303);
});
app.get("/videos/:id", async (c) => {
  const job = client.job(model, c.req.param("id"));
  const { status } = await job.status();
  if (status === "in_queue" || status === "in_progress") return c.html(waiting);
  const { output } = await job.result();
  return c.html(html`<video controls src="${output.video ?? ""}"></video>`);
});
