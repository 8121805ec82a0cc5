import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";
import { createOnce, memoryStore } from "runcomfy-models/once";

const once = createOnce({ client: createClient(), store: memoryStore() });
const input = {
  prompt: "A gentle breeze.",
  first_frame_image_url: "https://example.com/frame.png",
};

// The second call finds the job of the first: one paid request.
const [first, second] = await Promise.all([
  once.run("order-17", model, input),
  once.run("order-17", model, input),
]);
console.log(first.requestId === second.requestId);
