import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { readRows, runBatch } from "runcomfy-models/node";

// Columns: the fields of the model, and `key` where rows have a name of their own.
const rows = readRows("prompts.csv", { model });
const record = "prompts.jobs.jsonl";
const paths = { record, directory: "videos", results: "prompts.results.csv" };
const money = { maxUsd: 40, assumeUsd: 0.5 };
const report = await runBatch({ client: createClient(), model, rows, ...paths, ...money });
console.log(report.states, `${report.committedUsd} US dollars`);
