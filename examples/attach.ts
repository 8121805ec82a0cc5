import { createClient } from "runcomfy-models";
import { attach, s3Upload } from "runcomfy-models/attach";
import { model } from "runcomfy-models/models/qwen/qwen-image-3.0/edit";

const input = await attach(
  model,
  { prompt: "Make it snow.", image_urls: ["./me.jpg"] },
  {
    upload: s3Upload({
      endpoint: "https://s3.eu-central-1.amazonaws.com",
      bucket: "my-inputs",
      accessKeyId: process.env["AWS_ACCESS_KEY_ID"]!,
      secretAccessKey: process.env["AWS_SECRET_ACCESS_KEY"]!,
    }),
  },
);
const { output } = await createClient().run(model, input);
console.log(output.image ?? output.images);
