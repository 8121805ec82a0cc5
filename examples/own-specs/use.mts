import { createClient } from "runcomfy-models";
import { model } from "./runcomfy/models/acme/tiny/text-to-image.js";

const input = { prompt: "A red bicycle.", size: "large" } as const;
const { output } = await createClient().run(model, input);
console.log(output.image);
