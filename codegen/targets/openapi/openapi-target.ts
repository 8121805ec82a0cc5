import type { Target } from "../target.js";
import { toDocument } from "./document.js";

const path = "openapi.json";

/** `openapi.json`: the whole API, every model with a path of its own, for every other tool. */
export const openapiTarget: Target = {
  name: "openapi",
  emit: (api, options) => {
    if (options.isCurrent(path)) return new Map([[path, "current"]]);
    return new Map([[path, `${JSON.stringify(toDocument(api), null, 2)}\n`]]);
  },
};
