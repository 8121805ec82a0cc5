import { createRunComfy, type RunComfyOptions } from "../../src/adapters/ai-sdk/provider.js";
import { createClient } from "../../src/client.js";
import type { JobRef } from "../../src/errors/error-fields.js";
import { startEmulator, type Emulator, type EmulatorOptions } from "../../src/emulator/index.js";

export const imageId = "wan-ai/wan-2.7/edit";
export const videoId = "wan-ai/wan-2.7/text-to-video";
export const imagePrompt = { text: "A pencil drawing.", images: ["https://example.com/a.png"] };

/** Work with an emulator and a provider of its own. */
export async function withProvider(
  work: (parts: {
    readonly emulator: Emulator;
    readonly runcomfy: ReturnType<typeof createRunComfy>;
    readonly jobs: JobRef[];
  }) => Promise<void>,
  options: EmulatorOptions = {},
  given: Partial<RunComfyOptions> = {},
): Promise<void> {
  const emulator = await startEmulator({ queueMs: 0, runMs: 0, ...options });
  const jobs: JobRef[] = [];
  const client = createClient({
    baseUrl: emulator.url,
    token: emulator.token,
    minPollIntervalMs: 5,
    maxPollIntervalMs: 10,
  });
  try {
    await work({
      emulator,
      jobs,
      runcomfy: createRunComfy({ client, onJob: (job) => jobs.push(job), ...given }),
    });
  } finally {
    await emulator.close();
  }
}

/** The reason of a rejection. */
export async function errorOf(work: Promise<unknown>): Promise<{
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly job?: JobRef;
  readonly jobs?: readonly JobRef[];
}> {
  return work.then(
    () => {
      throw new Error("It did not reject.");
    },
    (error: unknown) => error as Awaited<ReturnType<typeof errorOf>>,
  );
}
