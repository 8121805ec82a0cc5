import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { findOrSubmit } from "./submit.js";

type Row = { name: string; prompt: string };
const rows = parse<Row>(readFileSync("prompts.csv"), { columns: true }).values();

// Four workers take rows from one iterator: at most four jobs run at once.
const work = async (): Promise<void> => {
  for (const { name, prompt } of rows) {
    try {
      const job = await findOrSubmit(name, { prompt });
      const { output } = await job.result();
      console.log(name, output.video);
    } catch (error) {
      console.error(name, error instanceof Error ? error.message : error);
    }
  }
};
await Promise.all([work(), work(), work(), work()]);
