import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

const client = createClient(); // the token comes from RUNCOMFY_TOKEN

const { output, cost } = await client.run(model, {
  prompt: "Rain on a tin roof at night.",
  resolution: "720p",
  duration: 5,
});

console.log(output.video);
if (cost !== undefined) console.log(`${cost} US dollars`);
