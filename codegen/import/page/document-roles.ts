import type { Documents } from "./documents.js";
import type { Fields } from "../../../src/dialect/notation/fields.js";
import type { Reading } from "./page-json.js";
import { isFields } from "../../../src/dialect/notation/fields.js";
import { keysOf, sameValue } from "../../json/json-value.js";
import { isMediaOutput, isObjectSchema } from "./schema-kinds.js";
import { withoutWording } from "../../specs/model/schema-wording.js";

/** A schema or a body, and the document of the page that holds it. */
export interface FoundDocument {
  readonly value: Fields;
  readonly reading: Reading;
}

/** The part that each document of a page plays. */
export interface Roles {
  readonly input: FoundDocument | undefined;
  readonly output: FoundDocument | undefined;
  readonly example: FoundDocument | undefined;
  /** Schemas that could be the input as well. Where there is one, the page is ambiguous. */
  readonly rivals: readonly FoundDocument[];
  /** Schemas that are neither the input nor the output. */
  readonly others: readonly FoundDocument[];
}

type Role = "input" | "output" | "unknown";
const roleOfKey = new Map<string, Role>([
  ["input", "input"],
  ["input_schema", "input"],
  ["inputSchema", "input"],
  ["output", "output"],
  ["output_schema", "output"],
  ["outputSchema", "output"],
  ["schema", "unknown"],
]);

/** A documentation page has two schemas and four bodies; one with more documents than this is something else. */
const mostDocuments = 50;

/** Decides by structure which document is the input schema, the output schema and the example body. */
export function chooseRoles(
  documents: Documents,
  callAt: (offset: number) => "certain" | "possible" | undefined,
): Roles {
  const found: (FoundDocument & { readonly role: Role })[] = [];
  const bodies: FoundDocument[] = [];
  for (const reading of documents.whole) {
    const schemas = unwrap(reading.value);
    if (schemas.length === 0) bodies.push({ value: reading.value, reading });
    for (const { role, value } of schemas) {
      if (found.length >= mostDocuments) break;
      const again = found.some(
        (known) =>
          [known.role, "unknown"].includes(role) &&
          sameValue(withoutWording(known.value), withoutWording(value)),
      );
      if (!again) found.push({ role, value, reading });
    }
  }
  const called = bodies.filter(({ reading }) => callAt(reading.start) !== undefined).slice(0, mostDocuments);
  const certain = called.filter(({ reading }) => callAt(reading.start) === "certain");
  const share = (schema: FoundDocument) => Math.max(0, ...called.map((body) => overlap(body, schema)));
  const inputs = found.filter(
    ({ role, value }) => role === "input" || (role === "unknown" && !isMediaOutput(value)),
  );
  inputs.sort((left, right) => share(right) - share(left) || left.reading.start - right.reading.start);
  const [input, ...rest] = inputs;
  const outputs = found.filter((each) => each !== input && each.role !== "input");
  const output =
    outputs.find(({ role }) => role === "output") ??
    outputs.find(({ value }) => isMediaOutput(value)) ??
    outputs.find(({ reading }) => input !== undefined && reading.start >= input.reading.start) ??
    (outputs.length === 1 && input !== undefined && share(input) > 0 ? outputs[0] : undefined);
  const rivals =
    input === undefined ? [] : rest.filter((each) => each !== output && share(each) === share(input));
  const others = found.filter((each) => each !== input && each !== output && !rivals.includes(each));
  return { input, output, example: chooseExample(bodies, called, certain, input), rivals, others };
}

/** The schemas that a document holds: itself, or what it wraps under one of the keys that the service uses. */
function unwrap(document: Fields): { role: Role; value: Fields }[] {
  if (isObjectSchema(document)) return [{ role: "unknown", value: document }];
  return Object.entries(document).flatMap(([key, value]) => {
    const role = roleOfKey.get(key);
    return role !== undefined && isObjectSchema(value) ? [{ role, value }] : [];
  });
}

/** The body that fits the input best; one that fits nowhere only where a flag says that it is a body. */
function chooseExample(
  bodies: readonly FoundDocument[],
  called: readonly FoundDocument[],
  certain: readonly FoundDocument[],
  input: FoundDocument | undefined,
): FoundDocument | undefined {
  if (input === undefined) return certain[0];
  const best = called.toSorted((left, right) => overlap(right, input) - overlap(left, input))[0];
  if (best !== undefined && overlap(best, input) > 0) return best;
  return bodies.find((body) => overlap(body, input) === 1) ?? certain[0];
}

/** Measures the part of a body's keys that a schema knows, from 0 to 1. */
function overlap(body: FoundDocument, schema: FoundDocument): number {
  const names = keysOf(body.value);
  const properties = schema.value["properties"];
  if (names.length === 0 || !isFields(properties)) return 0;
  return names.filter((name) => Object.hasOwn(properties, name)).length / names.length;
}

/** The keys of the example that the input schema does not know. */
export function findUnknownKeys(roles: Roles): string[] {
  const properties = roles.input?.value["properties"];
  if (roles.example === undefined || !isFields(properties)) return [];
  return keysOf(roles.example.value).filter((name) => !Object.hasOwn(properties, name));
}
