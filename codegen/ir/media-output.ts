import type { SchemaNode } from "../spec/spec.js";

/** The output that the documentation of nearly every model describes: assumed where a spec has none. */
export const standardOutput: SchemaNode = {
  type: "object",
  properties: {
    image: { type: "string", format: "uri", description: "Address of the image." },
    video: { type: "string", format: "uri", description: "Address of the video." },
    images: {
      type: "array",
      description: "Addresses of the images, where there are several.",
      items: { type: "string", format: "uri" },
    },
    videos: {
      type: "array",
      description: "Addresses of the videos, where there are several.",
      items: { type: "string", format: "uri" },
    },
  },
};
