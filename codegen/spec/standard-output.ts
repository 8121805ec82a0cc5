const URL_FIELD = { type: "string", format: "uri" };

/** What every model gives where its page shows no output schema. */
export const STANDARD_OUTPUT = {
  type: "object",
  properties: {
    image: URL_FIELD,
    video: URL_FIELD,
    images: { type: "array", items: URL_FIELD },
    videos: { type: "array", items: URL_FIELD },
  },
};
