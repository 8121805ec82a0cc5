import type { LifecycleDocument } from "../../ir/api.js";
import { isRecord } from "./record.js";
import type { JsonRecord } from "./record.js";

/**
 * The document with its path parameters written into the paths, ready for `pathParamsAsTypes`: a caller then types a whole
 * address, such as `` `/v1/requests/${id}/status` ``, and passes no parameter beside it. A parameter with `x-segments` holds
 * slashes and becomes as many parameters as it has segments at least, because `${string}` alone would also match its
 * neighbours: `/v1/models/categories` is no model.
 */
export const writeParametersIntoPaths = (document: LifecycleDocument): JsonRecord => {
  const paths: Record<string, unknown> = {};
  for (const [path, item] of Object.entries(asRecord(document["paths"]))) {
    const parameters = pathParameters(document, asRecord(item));
    const address = parameters.reduce(
      (text, { name, segments }) => text.replace(`{${name}}`, spread(name, segments)),
      path,
    );
    paths[address] = withoutPathParameters(document, asRecord(item));
  }
  return { ...document, paths };
};

const spread = (name: string, segments: number): string =>
  Array.from({ length: segments }, (_, index) => (index === 0 ? `{${name}}` : `{${name}_${index + 1}}`)).join("/");

interface PathParameter {
  readonly name: string;
  readonly segments: number;
}

const pathParameters = (document: JsonRecord, item: JsonRecord): PathParameter[] =>
  asList(item["parameters"])
    .map((parameter) => resolve(document, parameter))
    .filter((parameter) => parameter["in"] === "path")
    .map((parameter) => ({
      name: String(parameter["name"]),
      segments: Number(asRecord(parameter["x-segments"])["minimum"] ?? 1),
    }));

const withoutPathParameters = (document: JsonRecord, item: JsonRecord): JsonRecord => {
  if (!Array.isArray(item["parameters"])) return item;
  const parameters = item["parameters"].filter((parameter) => resolve(document, parameter)["in"] !== "path");
  return { ...item, parameters };
};

/** The parameter itself where a reference into the components stands for it. */
const resolve = (document: JsonRecord, parameter: unknown): JsonRecord => {
  const record = asRecord(parameter);
  if (typeof record["$ref"] !== "string") return record;
  const name = record["$ref"].replace("#/components/parameters/", "");
  return asRecord(asRecord(asRecord(document["components"])["parameters"])[name]);
};

const asRecord = (value: unknown): JsonRecord => (isRecord(value) ? value : {});

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
