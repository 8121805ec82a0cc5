// What a program on Node may write: saving, checking media, the emulator. Kept for the next release, as client.ts is.
import { createClient } from "runcomfy-models";
import { startEmulator } from "runcomfy-models/emulator";
import type { Emulator } from "runcomfy-models/emulator";
import { DownloadError, SaveError, checkMedia, findToken, save } from "runcomfy-models/node";
import type { SaveReport } from "runcomfy-models/node";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

export const run = async (): Promise<SaveReport> => {
  const emulator: Emulator = await startEmulator({ queueMs: 0, runMs: 0 });
  const client = createClient({ baseUrl: emulator.url, token: emulator.token });
  const result = await client.run(model, { prompt: "Rain." });
  emulator.faults.add({ route: "status", status: 503, times: 1 });
  await emulator.close();
  return save(result, { directory: "out", model, force: true });
};

export const paths = (report: SaveReport): string[] => report.files.map(({ path }) => path);
export const where = async (): Promise<string | undefined> => (await findToken())?.from;
export const check = async (): Promise<number> =>
  (await checkMedia(model, { prompt: "Rain." })).problems.length;
export const failed = (error: unknown): boolean =>
  error instanceof SaveError || error instanceof DownloadError;

// @ts-expect-error no such option
void save({}, { folder: "out" });
