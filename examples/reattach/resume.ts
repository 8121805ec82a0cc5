import { readFileSync } from "node:fs";
import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

const saved = JSON.parse(readFileSync("job.json", "utf8")) as { id: string };

// Runs in another process, on another day, and pays nothing again.
const job = createClient().job(model, saved.id);
const { output } = await job.result();
console.log(output.video);
