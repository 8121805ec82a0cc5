import type { Model } from "../../../src/input/model.js";

/** The input of a model as its module declares it; written by hand so that these tests stand alone. */
export interface Input {
  prompt: string;
  first_frame_image_url: string;
  resolution?: "480p" | "720p" | "1080p";
  ratio?: "16:9" | "4:3" | "1:1" | "3:4" | "9:16" | "21:9" | "adaptive";
  duration?: 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;
  generate_audio?: boolean;
  camera_fixed?: boolean;
}

export const model: Model<Input, { video?: string }> = {
  id: "bytedance/seedance-v1.5-pro/image-to-video",
  input: {
    type: "object",
    properties: {
      prompt: { type: "string" },
      first_frame_image_url: {
        type: "string",
        "x-media": { below: { width_pixels: 6000, file_size_mb: 30 }, above: { width_pixels: 300 } },
      },
      resolution: { type: "string", enum: ["480p", "720p", "1080p"], default: "480p" },
      ratio: { type: "string", enum: ["16:9", "4:3", "1:1", "3:4", "9:16", "21:9", "adaptive"] },
      duration: { type: "integer", enum: [4, 5, 6, 7, 8, 9, 10, 11, 12], default: 5 },
      generate_audio: { type: "boolean", default: true },
      camera_fixed: { type: "boolean", default: true },
    },
    required: ["prompt", "first_frame_image_url"],
    additionalProperties: false,
  },
};

export const valid: Input = {
  prompt: "A gentle breeze.",
  first_frame_image_url: "https://example.com/first.png",
  resolution: "720p",
  ratio: "16:9",
  duration: 5,
  generate_audio: true,
  camera_fixed: false,
};
