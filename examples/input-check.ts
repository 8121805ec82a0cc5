import { checkInput } from "runcomfy-models";
import { model } from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";

const input: unknown = { prompt: "Wind.", resolution: "1080P", length: 5 };

// Lists all issues of the input. Sends nothing.
for (const { path, message } of checkInput(model, input)) {
  console.log(path || "(input)", message);
}

// A model is a Standard Schema: form, router and agent libraries accept it.
const { issues } = model["~standard"].validate(input);
console.log(issues?.length, "issues");

// The rules themselves are plain JSON Schema.
console.log(model.input.properties.resolution.enum);
