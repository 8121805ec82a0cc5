import { checkInput } from "runcomfy-models";
import { model } from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";

const input: unknown = { prompt: "Wind.", resolution: "1080P", length: 5 };

// Everything that is wrong, not only the first thing. Nothing is sent.
for (const { path, message } of checkInput(model, input)) {
  console.log(path || "(input)", message);
}

// A model is a Standard Schema: forms, routers and agents take it as it is.
const { issues } = model["~standard"].validate(input);
console.log(issues?.length, "issues");

// And the rules themselves, as plain JSON Schema.
console.log(model.input.properties.resolution.enum);
