import { startEmulator } from "../../emulator/index.js";
import { createClient } from "../../index.js";
import type { Client } from "../../index.js";

/** An emulator in this process, and a client of it. */
export interface EmulatedService {
  readonly client: Client;
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Starts an emulator whose jobs take as long as one likes to watch. */
export async function startEmulatedService(): Promise<EmulatedService> {
  const emulator = await startEmulator({ queueMs: 1200, runMs: 2500 });
  const client = createClient({
    baseUrl: emulator.url,
    token: emulator.token,
    minPollIntervalMs: 500,
    maxPollIntervalMs: 1000,
  });
  return { client, url: emulator.url, close: () => emulator.close() };
}
