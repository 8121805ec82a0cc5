import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A job that waits for a person's permission, or has it. */
export interface Permission {
  /** Names the permission in a terminal. */
  readonly code: string;
  readonly origin: string;
  readonly key: string;
  readonly model: string;
  readonly inputHash: string;
  /** US dollars that the job may cost; absent where the price is not known. */
  readonly usd?: number;
  /** The text of the question. */
  readonly question: string;
  readonly askedAt: string;
  readonly allowedAt?: string;
}

/** The facts that a permission is bound to. */
export type PermissionFacts = Omit<Permission, "code" | "askedAt" | "allowedAt">;

/** Permissions that a person gives in a terminal. They lie in a folder beside the record of jobs, which no tool can write to. */
export interface PermissionBook {
  /** Notes that a job waits for a person. */
  readonly note: (facts: PermissionFacts) => Promise<Permission>;
  /** True where a person has allowed exactly this job, at this price or a higher one. */
  readonly isAllowed: (facts: PermissionFacts) => Promise<boolean>;
  /** All that is noted, the newest first. Notes of more than a week ago are removed. */
  readonly list: () => Promise<readonly Permission[]>;
  /** A person's permission for a noted job. */
  readonly allow: (permission: Permission) => Promise<void>;
  /** Removes the note of a job that was sent. */
  readonly remove: (facts: PermissionFacts) => Promise<void>;
}

const validMs = 7 * 86_400_000;

/** Opens the folder of permissions beside a record. It is made with the first note. */
export function openPermissions(recordPath: string): PermissionBook {
  const folder = join(dirname(recordPath), "mcp-permissions");
  const pathOf = (code: string) => join(folder, `${code}.json`);

  async function write(permission: Permission): Promise<void> {
    // The folder above it is there, with the record. Another server may have made this one.
    await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    const path = pathOf(permission.code);
    const draft = `${path}.${process.pid}`;
    await writeFile(draft, JSON.stringify(permission), { mode: 0o600 });
    await rename(draft, path);
  }

  async function read(code: string): Promise<Permission | undefined> {
    try {
      return JSON.parse(await readFile(pathOf(code), "utf8")) as Permission;
    } catch {
      return undefined;
    }
  }

  return {
    note: async (facts) => {
      const code = codeOf(facts);
      const permission = { ...facts, code, askedAt: new Date().toISOString() };
      await write(permission);
      return permission;
    },
    isAllowed: async (facts) => {
      const found = await read(codeOf(facts));
      if (found?.allowedAt === undefined || isOld(found)) return false;
      return found.usd === undefined || (facts.usd !== undefined && facts.usd <= found.usd);
    },
    list: async () => {
      const names = await readdir(folder).catch(() => []);
      const found = await Promise.all(
        names.flatMap((name) => /^([0-9a-f]{10})\.json$/.exec(name)?.[1] ?? []).map(read),
      );
      const all = found.filter((one) => one !== undefined);
      for (const { code } of all.filter(isOld)) await rm(pathOf(code), { force: true });
      return all.filter((one) => !isOld(one)).sort((a, b) => (a.askedAt < b.askedAt ? 1 : -1));
    },
    allow: (permission) => write({ ...permission, allowedAt: new Date().toISOString() }),
    remove: (facts) => rm(pathOf(codeOf(facts)), { force: true }),
  };
}

/** A short code of a job, without signs that a shell could understand. */
function codeOf({ origin, key, model, inputHash }: PermissionFacts): string {
  const hash = createHash("sha256").update(JSON.stringify([origin, key, model, inputHash]));
  return hash.digest("hex").slice(0, 10);
}

function isOld({ askedAt }: Permission): boolean {
  return !(Date.parse(askedAt) > Date.now() - validMs);
}
