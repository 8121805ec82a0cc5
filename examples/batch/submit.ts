import { createClient, isRunComfyError, type Job } from "runcomfy-models";
import * as wan from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { read, write } from "./journal.js";

const client = createClient();

/** The row's job: the one in the journal, or a new one, paid for once. */
export const findOrSubmit = async (name: string, input: wan.Input): Promise<Job<wan.Output>> => {
  const state = read(name) ?? "refused";
  if (state === "sending") throw new Error("perhaps paid: look, then mend jobs.jsonl");
  if (state !== "refused") return client.job(wan.model, state.id);
  write(name, "sending");
  try {
    const job = await client.submit(wan.model, input);
    write(name, job.toJSON());
    return job;
  } catch (error) {
    const unpaid = isRunComfyError(error) && error.code !== "submit_unknown";
    if (unpaid) write(name, "refused"); // the next run may send it
    throw error;
  }
};
