import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemDisk, type Disk } from "../../../src/node/files/disk.js";
import type { Network } from "../../../src/node/net/network.js";
import { saveIn } from "../../../src/node/save/save.js";
import { SaveError } from "../../../src/node/save/save-error.js";
import type { SaveOptions, SaveReport } from "../../../src/node/save/save-types.js";

export const requestId = "req-1";
export const modelId = "bytedance/seedance-v1.5-pro/image-to-video";
export const stem = "bytedance-seedance-v1.5-pro-image-to-video-req-1";

/** A folder of its own for each test. */
export const makeFolder = async (): Promise<{
  path: string;
  names: () => Promise<string[]>;
  remove: () => Promise<void>;
}> => {
  const path = await mkdtemp(join(tmpdir(), "save-"));
  return {
    path,
    names: async () => (await readdir(path)).sort(),
    remove: () => rm(path, { recursive: true, force: true }),
  };
};

export interface Run extends Partial<SaveOptions> {
  readonly network: Network;
  readonly directory: string;
  readonly disk?: Disk;
  readonly finishedAt?: string;
}

/** Saves an output and gives the report, also when files failed. */
export const runSave = (
  { network, disk = systemDisk, finishedAt, ...options }: Run,
  output: unknown,
  id: string = requestId,
): Promise<SaveReport> =>
  saveIn(
    { network, disk },
    { output, requestId: id, model: modelId, finishedAt },
    { onFailure: "report", ...options },
  );

/** What a promise of a save rejects with. */
export const failureOf = async (promise: Promise<unknown>): Promise<SaveError> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof SaveError) return error;
    throw error;
  }
  throw new Error("nothing failed");
};

export const readManifestOf = async (directory: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(directory, `${requestId}.json`), "utf8")) as Record<string, unknown>;
