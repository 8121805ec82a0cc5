import { createClient } from "runcomfy-models";
import { listLive, load, search } from "runcomfy-models/catalogue";

// The models of this package, found without a request.
for (const { id, title } of search("wan text")) console.log(id, title);
const { model } = await load("wan-ai/wan-2.7/text-to-video");
console.log(model.input.required);

// The service's own list of models, and the account's balance.
const client = createClient();
const { total, models } = await listLive(client, { search: "wan", limit: 5 });
console.log(total, models[0]?.model_id, (await client.balance()).usd);

// A model that has no module is called by its id: untyped and unchecked.
const { output } = await client.run("kling/kling-3.0/standard/text-to-video", { prompt: "Rain." });
console.log(output);
