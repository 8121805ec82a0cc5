import { ConfigError } from "../../errors/errors.js";
import type { RedisConnection } from "./redis-connection.js";
import { durabilityScript } from "./redis-scripts.js";

/** How a Redis server keeps records. */
export interface RedisDurability {
  readonly durability: "none" | "best-effort" | "server";
  readonly warning?: string;
}

/** The options of `redisStore` about the server's durability. */
export interface RedisPromises {
  /** Takes a server that may lose what it has confirmed. Default false: such a server is refused. */
  readonly acceptDataLoss?: boolean;
  /** The number of replicas that must have each change before it counts. Default 0. */
  readonly replicas?: number;
}

/**
 * Reads how the server keeps its data. Rejects with a ConfigError where it may forget what it has confirmed: a job that was
 * forgotten would be paid again.
 */
export async function readDurability(
  connection: RedisConnection,
  { acceptDataLoss = false, replicas = 0 }: RedisPromises,
): Promise<RedisDurability> {
  const facts = (await connection.run(durabilityScript, [], [])) as readonly string[];
  const [appendOnly, eviction, replicaCount, role] = facts.map(String);
  const problems = [
    appendOnly !== "1" &&
      "it has no append-only file, so a restart forgets jobs that were paid (set appendonly yes)",
    eviction !== "noeviction" &&
      `it evicts keys when its memory is full (set maxmemory-policy noeviction instead of ${eviction})`,
    Number(replicaCount) > 0 &&
      replicas === 0 &&
      "it has replicas, and one that takes over may lack the newest changes (give redisStore replicas: 1, which waits for one)",
    role !== "master" && "it is a replica, which takes no writes (connect to the primary)",
  ].filter((problem) => problem !== false);
  if (problems.length > 0 && !acceptDataLoss)
    throw new ConfigError(
      `redisStore refuses this server: ${problems.join("; ")}. Jobs could be paid twice. acceptDataLoss: true takes it all the same.`,
    );
  if (problems.length > 0)
    return { durability: "none", warning: `This Redis server may forget paid jobs: ${problems.join("; ")}.` };
  const fsync = await readFsync(connection);
  if (fsync === "always") return { durability: "server" };
  return {
    durability: "best-effort",
    warning:
      `A power cut at this Redis server may lose the changes of the last second (appendfsync is ${fsync}), and jobs ` +
      "among them could be paid again. Set appendfsync always, or keep the record in PostgreSQL.",
  };
}

/** Hosted servers often forbid CONFIG; Redis's own default counts then. */
async function readFsync(connection: RedisConnection): Promise<string> {
  try {
    const answer = await connection.command("CONFIG", "GET", "appendfsync");
    const words = Array.isArray(answer) ? answer : Object.values(Object(answer));
    return String(words.at(-1) ?? "unknown");
  } catch {
    return "unknown";
  }
}

/** Waits until enough replicas have the last change of this connection. Rejects where they do not have it within 5 s. */
export async function waitForReplicas(connection: RedisConnection, replicas: number): Promise<void> {
  if (replicas === 0) return;
  const reached = Number(await connection.command("WAIT", String(replicas), "5000"));
  if (reached < replicas)
    throw new Error(
      `Only ${reached} of ${replicas} replicas have the change after 5 s: it may be lost if this Redis server fails now.`,
    );
}
