import { DBOS } from "@dbos-inc/dbos-sdk";
import { Pool } from "pg";
import { createClient } from "runcomfy-models";
import * as wan from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { createOnce, postgresStore } from "runcomfy-models/once";

const url = process.env["DATABASE_URL"]!;
const store = postgresStore(new Pool({ connectionString: url }));
await store.open();
const once = createOnce({ client: createClient(), store, space: "film" });

/** A step that was cut off runs again; its key keeps it from paying again. */
const makeVideo = async (key: string, input: wan.Input) => {
  const state = await DBOS.runStep(async () => (await once.submit(key, wan.model, input)).state);
  if (state === "unknown") return "perhaps paid: accept or refuse it";
  return DBOS.runStep(async () => (await once.result<wan.Output>(key)).output.video);
};
const workflow = DBOS.registerWorkflow(makeVideo, { name: "makeVideo" });

DBOS.setConfig({ name: "film", systemDatabaseUrl: url });
await DBOS.launch();
await DBOS.registerQueue("videos", { workerConcurrency: 8 });

/** Starts the workflow of a key once, however often it is called. */
export const start = (key: string, input: wan.Input) =>
  DBOS.startWorkflow(workflow, { workflowID: key, queueName: "videos" })(key, input);
