import assert from "node:assert/strict";
import { createClient } from "runcomfy-models";
import { createManualClock, startEmulator } from "runcomfy-models/emulator";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

// Only `drive` moves this clock: an hour in the queue takes no real time.
const clock = createManualClock();
const emulator = await startEmulator({ clock, queueMs: 3_600_000 });
const { url: baseUrl, token, faults } = emulator;
const client = createClient({ baseUrl, token, clock, timeoutMs: 7_200_000 });

faults.add({ route: "status", status: 503, times: 3 }); // the wait goes on
const running = client.run(model, { prompt: "Rain on a tin roof." });
const { output } = await clock.drive(running, { stepMs: 5_000 });
assert.ok(output.video);

faults.add({ route: "submit", reset: "after" }); // accepted, but the response is lost
const lost = client.submit(model, { prompt: "Snow." });
await assert.rejects(clock.drive(lost), { code: "submit_unknown" });

assert.equal(emulator.charged, 2); // two jobs, each paid once
await emulator.close();
