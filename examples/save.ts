import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { save } from "runcomfy-models/node";

const input = { prompt: "Rain on a tin roof." };
const result = await createClient().run(model, input);

const { files, manifest } = await save(result, { directory: "videos", input });
for (const { path, bytes, sha256 } of files) console.log(path, bytes, sha256);
console.log(manifest);
