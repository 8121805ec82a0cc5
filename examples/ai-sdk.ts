import { experimental_startVideo as startVideo, generateImage } from "ai";
import { createRunComfy } from "runcomfy-models/ai-sdk";

// Keep each job's reference: it finds the result again, whatever ends this program.
const runcomfy = createRunComfy({ onJob: (job) => console.log("job", job.id) });

const { image } = await generateImage({
  model: runcomfy.image("wan-ai/wan-2.7/edit"),
  prompt: { text: "Make it a pencil drawing.", images: ["https://example.com/bridge.png"] },
  aspectRatio: "16:9",
  // Any other field of the model, checked by the model's schema before anything is paid.
  providerOptions: { runcomfy: { enable_prompt_expansion: false } },
});
console.log(image.mediaType);

const { operation } = await startVideo({
  model: runcomfy.video("wan-ai/wan-2.7/text-to-video"),
  prompt: "A gentle breeze moves the grass.",
  duration: 5,
});
console.log(JSON.stringify(operation));
