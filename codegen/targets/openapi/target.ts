import { modulePath } from "../models/module-path.js";
import { createJsonPrinter } from "../printed-json.js";
import type { Target } from "../target.js";
import { toDocument } from "./document.js";
import type { KeptModel } from "./document.js";
import { readLastDocument } from "./last-document.js";

const path = "openapi.json";

/** `openapi.json`: the whole API, every model with a path of its own, for every other tool. */
export const openapiTarget: Target = {
  name: "openapi",
  emit: (api, { isCurrent, lastTextOf }) => {
    if (isCurrent(path)) return new Map([[path, "current"]]);
    const { keep, print } = createJsonPrinter();
    const last = readLastDocument(lastTextOf(path) ?? "");
    const keepModel: KeptModel = (id, names, tag) => {
      const found = isCurrent(modulePath(id)) ? last(id, names, tag) : undefined;
      return (
        found && {
          pathItem: keep(found.pathItem),
          input: keep(found.input),
          outputName: found.outputName,
          ...(found.output !== undefined && { output: keep(found.output) }),
        }
      );
    };
    return new Map([[path, print(toDocument(api, keepModel))]]);
  },
};
