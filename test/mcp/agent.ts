import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import type { CallToolResult, ClientCapabilities, Progress } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { runCommand } from "../../mcp/commands/run-command.js";
import { StartError } from "../../mcp/settings/start-error.js";
import { openPermissions } from "../../mcp/permission/permission-book.js";
import { createServerFactory } from "../../mcp/server/mcp-server.js";
import { closeSession, openSession } from "../../mcp/session/session.js";
import { readFlags } from "../../mcp/settings/flags.js";
import { readSettings, usualLimits } from "../../mcp/settings/settings.js";
import type { Limits } from "../../mcp/settings/settings.js";
import { listTools } from "../../mcp/tools/tool-list.js";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator, EmulatorOptions } from "../../src/emulator/index.js";
import { createClient } from "../../src/index.js";
import { fileStore } from "../../src/node/record/file-store.js";
import type { JobRecord } from "../../src/once/record/record.js";

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
  /** Runs before a question is answered. */
  readonly onQuestion?: () => void;
  readonly flags?: readonly string[];
}

export interface InsideOptions extends AgentOptions {
  /** Limits of the test's choice. */
  readonly limits?: Partial<Limits>;
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

/** A server in this process that listens on a port. */
export interface HttpServer {
  readonly address: URL;
  /** All that it has told the person who runs it. */
  readonly told: () => string;
  readonly stop: () => Promise<void>;
}

/** The end of a command. */
export interface Ending {
  readonly code: number;
  readonly out: string;
}

/** A folder that stands for a home, and an emulator for the service. */
export interface Stage {
  readonly folder: string;
  readonly emulator: Emulator;
  readonly env: { readonly [name: string]: string };
  /** An agent and its server in this process; to close it ends the server. */
  readonly open: (options?: InsideOptions) => Promise<Agent>;
  /** An agent and its server as it is installed: a program takes much longer to start. */
  readonly start: (options?: AgentOptions) => Promise<LocalAgent>;
  /** Runs a command of the package to its end, in this process. */
  readonly run: (...words: readonly string[]) => Promise<Ending>;
  /** The same at a terminal, where a person gives an answer to what is asked. */
  readonly runAtTerminal: (answer: string, ...words: readonly string[]) => Promise<Ending>;
  /** Runs the command in this process, as a server that listens on a free port. */
  readonly serve: (...flags: readonly string[]) => Promise<HttpServer>;
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
  // Commands that run in this process read them, too.
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const agents: Agent[] = [];
  const servers: HttpServer[] = [];
  const keep = <Kept extends Agent>(agent: Kept): Kept => {
    agents.push(agent);
    return agent;
  };
  return {
    folder,
    emulator,
    env,
    open: async (given) => keep(await openInside(folder, emulator, given)),
    start: async (given) => keep(await openLocalAgent(given, env, folder)),
    run: (...words) => runInside(words),
    runAtTerminal: (answer, ...words) => runInside(words, answer),
    serve: async (...flags) => {
      const server = await serveInside(flags);
      servers.push(server);
      return server;
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
      await Promise.all(servers.map((server) => server.stop()));
      vi.unstubAllEnvs();
      await emulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Makes an agent that is not connected yet. */
export const makeAgent = ({ mode = "auto", person = "nobody", onQuestion }: AgentOptions): Agent => {
  const capabilities: ClientCapabilities = person === "nobody" ? {} : { elicitation: {} };
  const client = new Client(
    { name: "agent", version: "1.0.0" },
    { capabilities, versionNegotiation: { mode } },
  );
  const questions: string[] = [];
  if (person !== "nobody")
    client.setRequestHandler("elicitation/create", (request) => {
      questions.push(request.params.message);
      onQuestion?.();
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

const openInside = async (
  folder: string,
  emulator: Emulator,
  options: InsideOptions = {},
): Promise<Agent> => {
  let told = "";
  const log = (line: string): void => void (told += line);
  const path = join(folder, "state/runcomfy-models/jobs.jsonl");
  const session = openSession({
    client: createClient({ baseUrl: emulator.url, token: emulator.token, logger: { warn: log, error: log } }),
    store: fileStore(path),
    settings: await readSettings(readFlags(options.flags ?? []).values),
    permissions: openPermissions(path),
    log,
    limits: { ...usualLimits, ...options.limits },
  });
  const tools = await listTools(session, new AbortController().signal);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const factory = createServerFactory(session, tools, "0.0.0");
  const server = serveStdio(factory, { transport: theirs, onerror: (error) => log(error.message) });
  const agent = makeAgent(options);
  await agent.client.connect(ours);
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await agent.close();
    await server.close();
    await closeSession(session);
    if (told.includes(canary)) throw new Error(`The token was printed:\n${told}`);
  };
  return { ...agent, close: () => (closed ??= close()) };
};

const runInside = async (words: readonly string[], answer?: string): Promise<Ending> => {
  let out = "";
  const write = (text: string): void => void (out += text);
  const { signal } = new AbortController();
  try {
    await runCommand(words, {
      ...{ version: "0.1.0", print: write, log: write, catchSignals: () => signal },
      askPerson: answer === undefined ? undefined : async () => answer,
    });
    return { code: 0, out };
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return { code: error.exitCode, out: out + error.message };
  }
};

const serveInside = async (flags: readonly string[]): Promise<HttpServer> => {
  const ending = new AbortController();
  let told = "";
  let ended: Promise<void> | undefined;
  const address = await new Promise<URL>((resolve, reject) => {
    const log = (line: string): void => {
      told += `${line}\n`;
      const [found] = /http:\S+/.exec(told) ?? [];
      if (found !== undefined && told.includes("token of")) resolve(new URL(found));
    };
    const catchSignals = (): AbortSignal => ending.signal;
    const surroundings = { version: "0.1.0", print: log, log, catchSignals, askPerson: undefined };
    ended = runCommand(["--http", "0", ...flags], surroundings);
    ended.catch(reject);
  });
  return {
    address,
    told: () => told,
    stop: async () => {
      ending.abort();
      await ended;
    },
  };
};
