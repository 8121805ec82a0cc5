import type { Fields } from "../notation/fields.js";

const address = { type: "string", format: "uri" };

/** The output that the documentation of nearly every model describes: assumed where a spec has none. */
export const standardOutput = {
  type: "object",
  properties: {
    image: { ...address, description: "Address of the image." },
    video: { ...address, description: "Address of the video." },
    images: {
      type: "array",
      description: "Addresses of the images, where there are several.",
      items: address,
    },
    videos: {
      type: "array",
      description: "Addresses of the videos, where there are several.",
      items: address,
    },
  },
} as const satisfies Fields;
