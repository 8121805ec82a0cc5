import type { LifecycleDocument } from "../../ir/api.js";
import { asRecord, asRecords } from "../json-record.js";
import type { JsonRecord } from "../json-record.js";

/**
 * The document with its path parameters written into the paths, ready for `pathParamsAsTypes`: a caller then types a whole
 * address, such as `` `/v1/requests/${id}/status` ``, and passes no parameter beside it. A parameter with `x-segments` holds
 * slashes and becomes as many parameters as it has segments at least, because `${string}` alone would also match its
 * neighbours: `/v1/models/categories` is no model.
 */
export function writeParametersIntoPaths(document: LifecycleDocument): JsonRecord {
  const paths = Object.entries(asRecord(document["paths"])).map(([path, value]) => {
    const item = asRecord(value);
    const parameters = [item, ...Object.values(item).map(asRecord)].flatMap((holder) =>
      asRecords(holder["parameters"]).map((parameter) => resolve(document, parameter)),
    );
    const address = parameters.filter(isInPath).reduce(spread, path);
    const bare = Object.entries(item).map(([key, part]) => [key, withoutPathParameters(document, part)]);
    return [address, withoutPathParameters(document, Object.fromEntries(bare))];
  });
  return { ...document, paths: Object.fromEntries(paths) };
}

/** `{id}` becomes `{id}/{id_2}` where an id has two segments at least. */
function spread(path: string, parameter: JsonRecord): string {
  const name = String(parameter["name"]);
  const least = Number(asRecord(parameter["x-segments"])["minimum"] ?? 1);
  const more = Array.from({ length: least - 1 }, (_, index) => `/{${name}_${index + 2}}`).join("");
  return path.replace(`{${name}}`, `{${name}}${more}`);
}

function withoutPathParameters(document: JsonRecord, holder: unknown): unknown {
  const record = asRecord(holder);
  if (!Array.isArray(record["parameters"])) return holder;
  const parameters = record["parameters"].filter(
    (parameter) => !isInPath(resolve(document, asRecord(parameter))),
  );
  return { ...record, parameters };
}

function isInPath(parameter: JsonRecord): boolean {
  return parameter["in"] === "path";
}

/** The parameter itself where a reference into the components stands for it. */
function resolve(document: JsonRecord, parameter: JsonRecord): JsonRecord {
  const reference = parameter["$ref"];
  if (typeof reference !== "string") return parameter;
  const name = reference.replace("#/components/parameters/", "");
  return asRecord(asRecord(asRecord(document["components"])["parameters"])[name]);
}
