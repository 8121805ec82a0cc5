import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import type { CallToolResult, ClientCapabilities, Progress } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { openPermissions } from "../../mcp/permission/permission-book.js";
import { createServerFactory } from "../../mcp/server/mcp-server.js";
import { closeSession, openSession } from "../../mcp/session/session.js";
import type { Session } from "../../mcp/session/session.js";
import { usualLimits } from "../../mcp/settings/settings.js";
import type { Limits, Settings } from "../../mcp/settings/settings.js";
import { listTools } from "../../mcp/tools/tool-list.js";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator, EmulatorOptions } from "../../src/emulator/index.js";
import { createClient } from "../../src/index.js";
import { fileStore } from "../../src/node/record/file-store.js";
import type { JobRecord } from "../../src/once/record.js";

/** The command as it is installed: compiled, in a process of its own. */
export const bin = join(import.meta.dirname, "../../mcp/bin/runcomfy-mcp.js");

/** A token that must appear nowhere. */
export const canary = "canary-5d1f7a09-never-to-be-seen";

export const modelId = "wan-ai/wan-2.7/text-to-video";

/** Both versions of the protocol, each as its clients ask for it. */
export const versions = [
  { version: "2025-11-25", mode: "legacy" },
  { version: "2026-07-28", mode: "auto" },
] as const;

export type Mode = (typeof versions)[number]["mode"];

/** The person in front of a client: what they answer, or that the client cannot ask them. */
export type Person = "yes" | "no" | "silent" | "nobody";

export interface AgentOptions {
  readonly mode?: Mode;
  readonly person?: Person;
  readonly flags?: readonly string[];
}

/** The reply of a tool. */
export interface Reply {
  readonly isError: boolean;
  readonly data: { readonly [name: string]: unknown };
  readonly links: readonly { readonly uri: string; readonly name: string }[];
  /** All that the agent is given. */
  readonly text: string;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: Progress) => void;
}

/** An agent's client with its server. */
export interface Agent {
  readonly client: Client;
  /** The questions that the person was asked. */
  readonly questions: readonly string[];
  readonly call: (tool: string, args?: object, options?: CallOptions) => Promise<Reply>;
  readonly close: () => Promise<void>;
}

/** An agent whose server is a process of its own. */
export interface LocalAgent extends Agent {
  /** The server's process. */
  readonly pid: number;
  /** Kills the server, as a power cut would. */
  readonly kill: () => Promise<void>;
}

/** A folder that stands for a home, and an emulator for the service. */
export interface Stage {
  readonly folder: string;
  readonly emulator: Emulator;
  readonly env: { readonly [name: string]: string };
  readonly open: (options?: AgentOptions) => Promise<LocalAgent>;
  /** All that the record of jobs has. */
  readonly records: () => Promise<JobRecord[]>;
  readonly close: () => Promise<void>;
}

export const openStage = async (options: EmulatorOptions = {}): Promise<Stage> => {
  const folder = mkdtempSync(join(tmpdir(), "runcomfy-mcp-"));
  const emulator = await startEmulator({ queueMs: 0, runMs: 0, tokens: canary, ...options });
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    XDG_STATE_HOME: join(folder, "state"),
    RUNCOMFY_TOKEN: canary,
    RUNCOMFY_BASE_URL: emulator.url,
  };
  const agents: LocalAgent[] = [];
  return {
    folder,
    emulator,
    env,
    open: async (given) => {
      const agent = await openLocalAgent(given, env, folder);
      agents.push(agent);
      return agent;
    },
    records: async () => {
      const store = fileStore(join(folder, "state/runcomfy-models/jobs.jsonl"));
      const records: JobRecord[] = [];
      for await (const record of store.list()) records.push(record);
      await store.close();
      return records;
    },
    close: async () => {
      await Promise.all(agents.map((agent) => agent.close()));
      await emulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Makes an agent that is not connected yet. */
export const makeAgent = ({ mode = "auto", person = "nobody" }: AgentOptions): Agent => {
  const capabilities: ClientCapabilities = person === "nobody" ? {} : { elicitation: {} };
  const client = new Client(
    { name: "agent", version: "1.0.0" },
    { capabilities, versionNegotiation: { mode } },
  );
  const questions: string[] = [];
  if (person !== "nobody")
    client.setRequestHandler("elicitation/create", (request) => {
      questions.push(request.params.message);
      if (person === "silent") return new Promise(() => {});
      return person === "yes"
        ? { action: "accept" as const, content: { pay: true } }
        : { action: "decline" as const };
    });
  return {
    client,
    questions,
    call: async (name, args = {}, options = {}) =>
      readReply(await client.callTool({ name, arguments: { ...args } }, options)),
    close: () => client.close(),
  };
};

const openLocalAgent = async (
  options: AgentOptions = {},
  env: Stage["env"],
  cwd: string,
): Promise<LocalAgent> => {
  const args = [bin, ...(options.flags ?? [])];
  const transport = new StdioClientTransport({
    command: process.execPath,
    args,
    env: { ...env },
    cwd,
    stderr: "pipe",
  });
  let told = "";
  transport.stderr?.on("data", (bytes: Buffer) => (told += String(bytes)));
  const agent = makeAgent(options);
  await agent.client.connect(transport).catch((error: unknown) => {
    throw new Error(`The server did not start: ${told}`, { cause: error });
  });
  const pid = transport.pid!;
  const gone = new Promise<void>((resolve) => {
    agent.client.onclose = resolve;
  });
  return {
    ...agent,
    pid,
    kill: async () => {
      process.kill(pid, "SIGKILL");
      await gone;
    },
    close: async () => {
      await agent.close();
      if (told.includes(canary)) throw new Error(`The token was printed:\n${told}`);
    },
  };
};

const readReply = (result: CallToolResult): Reply => {
  const { content, isError = false } = result;
  const [first] = content;
  const text = JSON.stringify(content);
  if (text.includes(canary)) throw new Error(`The token was given to the agent:\n${text}`);
  if (first?.type !== "text") throw new Error(`A reply begins with text. Given: ${text}`);
  return {
    isError,
    data: toData(first.text),
    links: content.flatMap((block) => (block.type === "resource_link" ? block : [])),
    text,
  };
};

const toData = (text: string): Reply["data"] => {
  try {
    return JSON.parse(text) as Reply["data"];
  } catch {
    throw new Error(`The reply is no JSON: ${text}`);
  }
};

/** An agent and its server in this process, with limits of the test's choice. It speaks 2025-11-25. */
export const openInside = async (
  { folder, emulator }: Stage,
  options: AgentOptions & { readonly limits?: Partial<Limits>; readonly settings?: Partial<Settings> } = {},
): Promise<Agent & { readonly session: Session }> => {
  const path = join(folder, "state/runcomfy-models/jobs.jsonl");
  const session = openSession({
    client: createClient({ baseUrl: emulator.url, token: emulator.token }),
    store: fileStore(path),
    settings: { budget: "mcp", allowDirs: [], models: [], ...options.settings },
    permissions: openPermissions(path),
    log: () => {},
    limits: { ...usualLimits, ...options.limits },
  });
  const tools = await listTools(session, new AbortController().signal);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const server = await createServerFactory(session, tools, "0.0.0")({ era: "legacy" });
  await server.connect(theirs);
  const agent = makeAgent({ ...options, mode: "legacy" });
  await agent.client.connect(ours);
  return {
    ...agent,
    session,
    close: async () => {
      await agent.close();
      await closeSession(session);
    },
  };
};
