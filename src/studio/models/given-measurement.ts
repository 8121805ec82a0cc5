import { checkMedia } from "../../node/media/media-check.js";
import type { GivenFile } from "../api-types.js";
import type { KeptFile } from "../files/given-files.js";

/** A model that takes any file: rules that all files keep ask for width, height and length. */
const anyFile = {
  input: {
    type: "object",
    properties: {
      file: {
        type: "string",
        "x-media": { above: { width_pixels: 0, height_pixels: 0, duration_seconds: 0 } },
      },
    },
    required: [],
    additionalProperties: false,
  },
} as const;

/** A given file with its width, height and length, as far as they can be measured. */
export async function measureGiven({ name, path, type, bytes }: KeptFile): Promise<GivenFile> {
  const { measured } = await checkMedia(anyFile, { file: path }, { allowLocalFiles: true });
  const { width, height, seconds } = measured.get("/file") ?? {};
  return {
    ...{ file: `studio-file:${name}`, type: type.contentType, bytes },
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(seconds !== undefined && { seconds }),
  };
}
