import { Pool } from "pg";
import PgBoss from "pg-boss"; // pg-boss 12: import { PgBoss } from "pg-boss"
import { createClient } from "runcomfy-models";
import * as wan from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { createOnce, postgresStore, type PostgresExecutor } from "runcomfy-models/once";

type Row = { key: string; input: wan.Input };
const connectionString = process.env["DATABASE_URL"]!;
const store = postgresStore(new Pool({ connectionString }));
await store.open();
const once = createOnce({ client: createClient(), store, space: "film" });

const boss = new PgBoss({ connectionString, monitorStateIntervalSeconds: 15 });
await boss.start();
// A killed worker's row is given out again after a minute; pg-boss's own default is 15 minutes.
for (const name of ["submit", "wait"]) await boss.createQueue(name, { name, expireInSeconds: 60 });

await boss.work<Row>("submit", async ([row]) => {
  const { key, input } = row!.data;
  const record = await once.submit(key, wan.model, input, {
    // The paid job and the queued wait are stored together, or neither is.
    inTransaction: async (executor) => {
      const { query } = executor as PostgresExecutor;
      await boss.send("wait", { key }, { db: { executeSql: query.bind(executor) } });
    },
  });
  if (record.state === "unknown") console.error(key, "was perhaps paid: accept or refuse it");
});
await boss.work<Row>("wait", async ([row]) => {
  const { output } = await once.result<wan.Output>(row!.data.key);
  console.log(row!.data.key, output.video);
});
