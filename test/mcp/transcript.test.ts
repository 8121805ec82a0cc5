import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { blocksOf, updateBlocks } from "../examples/documents.js";
import { openStage } from "./agent.js";
import type { Reply, Stage } from "./agent.js";

const document = "docs/mcp.md";
const name = "transcript";
const jobId = "5f3c1e0a-7d42-4b1f-9c55-0e6a8d2b7f10";

let stage: Stage;
beforeEach(async () => (stage = await openStage({ requestId: () => jobId })));
afterEach(() => stage.close());

/** Breaks a line behind commas and between words, as a reader of 80 columns needs it. */
const wrap = (line: string): string => {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > 78) {
    const head = rest.slice(0, 78);
    const at = Math.max(head.lastIndexOf(" "), head.lastIndexOf(","), head.lastIndexOf("/"));
    lines.push(rest.slice(0, at > 20 ? at + 1 : 78).trimEnd());
    rest = `    ${rest.slice(at > 20 ? at + 1 : 78)}`;
  }
  return [...lines, rest].join("\n");
};

/** A small agent: it has no model behind it, and decides by the answers all the same. */
const runSession = async (): Promise<string> => {
  const lines: string[] = [];
  const agent = await stage.open({ person: "yes", flags: ["--save", join(stage.folder, "videos")] });
  const fixed = (text: string): string =>
    text
      .replaceAll(stage.folder, "/home/me")
      .replaceAll(stage.emulator.url, "https://files.example.com")
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-12-01T09:00:00.000Z");
  const call = async (tool: string, args: object): Promise<Reply> => {
    lines.push(wrap(`agent > ${tool} ${JSON.stringify(args)}`));
    const asked = agent.questions.length;
    const reply = await agent.call(tool, args);
    for (const question of agent.questions.slice(asked))
      lines.push(
        "server > asks the person:",
        ...question.split("\n").map((line) => `    ${line}`),
        "person > yes",
      );
    lines.push(wrap(`server > ${fixed(JSON.stringify(reply.data))}`));
    for (const link of reply.links) lines.push(wrap(`    link ${fixed(link.uri)}`));
    lines.push("");
    return reply;
  };

  const found = await call("search_models", { text: "happyhorse text to video", makes: "video", limit: 1 });
  const { models } = found.data["from_service"] as { readonly models: readonly { readonly id: string }[] };
  const model = models[0]!.id;
  let input: { readonly [field: string]: unknown } = { promt: "Rain on a tin roof." };
  const checked = await call("estimate", { model, input });
  const issues = (checked.data["issues"] ?? []) as readonly {
    readonly path: string;
    readonly nearest?: string;
  }[];
  for (const { path, nearest } of issues) {
    const { [path.slice(1)]: value, ...others } = input;
    if (nearest !== undefined) input = { ...others, [nearest]: value };
  }
  await call("estimate", { model, input });
  const key = "rain-on-roof-1";
  await call("submit", { model, key, input });
  for (;;) if ((await call("wait", { job: key })).data["state"] !== "accepted") break;
  await call("save", { job: key });
  return `${lines.join("\n").trim()}\n`;
};

test("the session in docs/mcp.md is a real one; UPDATE_DOCS=1 writes it anew", async () => {
  const session = await runSession();
  updateBlocks(document, (one) => (one === name ? session : undefined));
  expect(blocksOf(document).find((block) => block.name === name)?.text).toBe(session);
  expect(stage.emulator.charged).toBe(1);
});
