import { createClient, type Job } from "runcomfy-models";
import * as wan from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { read, write } from "./journal.js";

const client = createClient();

/** The job of a row: the one in the journal, or a new one that is paid for once. */
export const findOrSubmit = async (name: string, input: wan.Input): Promise<Job<wan.Output>> => {
  const state = read(name) ?? "refused";
  if (state === "sending") throw new Error("perhaps paid: check Generations, then correct jobs.jsonl");
  if (state !== "refused") return client.job(wan.model, state.id);
  const job = await client.submit(wan.model, input, {
    onSend: () => write(name, "sending"), // before the first byte of the paid request
    onRefused: () => write(name, "refused"), // nothing was started: the next run may send it
  });
  write(name, job.toJSON());
  return job;
};
