import { readFileSync } from "node:fs";
import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";
import { checkMedia, mediaCheck } from "runcomfy-models/node";

const prompt = "A light wind moves the leaves.";
const file = { prompt, first_frame_image_url: "first.png" };

// Compares width, height and size with the model's documented limits.
const report = await checkMedia(model, file, { allowLocalFiles: true });
for (const { path, message } of report.problems) console.log(path, message);

if (report.problems.length === 0) {
  const image = readFileSync("first.png").toString("base64");
  const input = { prompt, first_frame_image_url: `data:image/png;base64,${image}` };
  // As a precheck it runs before the paid request is sent.
  const { output } = await createClient().run(model, input, { precheck: mediaCheck() });
  console.log(output.video);
}
