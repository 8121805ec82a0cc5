import { isRoleWord, roles } from "../notation/role-list.js";
import { isObject, without } from "../notation/schema-node.js";
import { pointerTo, show } from "../../errors/issue.js";
import type { Json } from "../../input/model.js";
import { nearest } from "../../input/nearest.js";
import { isExtension, keptFacts, keptMaps, keptSchemas } from "../notation/kept-keywords.js";
import { checkPropertyName } from "../notation/property-name.js";
import { isPattern } from "../pattern/linear-pattern.js";
import { olderForms } from "./older-forms.js";
import type { Rules } from "./rule.js";

type Test = readonly [test: (value: Json) => boolean, wanted: string];

const text: Test = [(value) => typeof value === "string", "text"];
const number: Test = [(value) => typeof value === "number" && Number.isFinite(value), "a number"];
const count: Test = [
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  "a whole number, 0 or more",
];
const boolean: Test = [(value) => typeof value === "boolean", "true or false"];
const anything: Test = [() => true, "anything"];
const list: Test = [Array.isArray, "a list"];
const schema: Test = [(value) => isObject(value) || typeof value === "boolean", "a schema (an object)"];
const object: Test = [isObject, "an object"];
const pattern: Test = [(value) => typeof value === "string" && isPattern(value), "a regular expression"];
const patterns: Test = [
  (value) => isObject(value) && Object.keys(value).every(isPattern),
  "an object of schemas, by regular expressions",
];
const namesByName: Test = [
  (value) => isObject(value) && Object.values(value).every(isNames),
  "a list of names for each name",
];
const schemas: Test = [(value) => Array.isArray(value) && value.length > 0, "a list of at least one schema"];
const properties: Test = [isObject, "an object of schemas"];
const typeWords: Test = [
  (value) =>
    typeof value === "string" ||
    (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string")),
  "the name of a type or a list of them",
];
const names: Test = [(value) => typeof value === "boolean" || isNames(value), "a list of names"];

function isNames(value: Json): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Keywords that the generator reads, and what each may hold. */
const keywords = new Map<string, Test>([
  ["title", text],
  ["description", text],
  ["type", typeWords],
  ["enum", list],
  ["const", anything],
  ["default", anything],
  ["example", anything],
  ["examples", list],
  ["format", text],
  ["minimum", number],
  ["maximum", number],
  ["exclusiveMinimum", [(value) => typeof value === "number" || typeof value === "boolean", "a number"]],
  ["exclusiveMaximum", [(value) => typeof value === "number" || typeof value === "boolean", "a number"]],
  ["multipleOf", [(value) => typeof value === "number" && value > 0, "a number above 0"]],
  ["minLength", count],
  ["maxLength", count],
  ["pattern", pattern],
  ["prefixItems", schemas],
  ["items", schema],
  ["minItems", count],
  ["maxItems", count],
  ["uniqueItems", boolean],
  ["properties", properties],
  ["required", names],
  [
    "additionalProperties",
    [(value) => typeof value === "boolean" || isObject(value), "true, false or a schema"],
  ],
  ["allOf", schemas],
  ["anyOf", schemas],
  ["oneOf", schemas],
  ["nullable", boolean],
  ["validations", [Array.isArray, "a list of rules"]],
  ["x-media", object],
  ...keptSchemas.map((keyword): [string, Test] => [keyword, schema]),
  ["patternProperties", patterns],
  ["dependentSchemas", properties],
  ["dependentRequired", namesByName],
  ["minContains", count],
  ["maxContains", count],
  ["minProperties", count],
  ["maxProperties", count],
  ["deprecated", boolean],
  ["readOnly", boolean],
  ["writeOnly", boolean],
  ["contentEncoding", text],
  ["contentMediaType", text],
  ["discriminator", object],
  ["externalDocs", object],
  ["xml", object],
  ["x-role", [isRoleWord, `one of the roles (${roles.join(", ")}) or "none"`]],
]);

/** Keywords that the input check has no code for; each is kept for other tools. */
const unenforced: ReadonlySet<string> = new Set([...keptSchemas, ...keptMaps, ...keptFacts]);

/** The effects of keywords that the input check does not enforce, for the messages about them. */
const effects: ReadonlyMap<string, string> = new Map([
  ["patternProperties", ": the object takes any further name, with any value"],
]);

/** Keywords that have a meaning only beside another one, with that one. */
const partners: ReadonlyMap<string, string> = new Map([
  ["then", "if"],
  ["else", "if"],
  ["minContains", "contains"],
  ["maxContains", "contains"],
]);

/** Keywords about the document that a schema stands in; they are left out. */
const passedOver: ReadonlySet<string> = new Set([
  "$schema",
  "$id",
  "$anchor",
  "$comment",
  "$defs",
  "$vocabulary",
  "$dynamicAnchor",
  "components",
  "definitions",
  "id",
]);

export const shapeRules: Rules = new Map([
  [
    "A keyword that is null says nothing.",
    (node) => {
      const empty = Object.keys(node).filter(
        (keyword) => node[keyword] === null && keyword !== "const" && keyword !== "example",
      );
      return empty.length === 0 ? node : without(node, ...empty);
    },
  ],
  ...olderForms,
  [
    "Every keyword holds the kind of value that is meant for it.",
    (node, { report }) => {
      const wrong = Object.keys(node).filter((keyword) => {
        const test = keywords.get(keyword);
        if (test === undefined || test[0](node[keyword]!)) return false;
        report(
          "wrong-shape",
          pointerTo(keyword),
          `${show(node[keyword])} stands where ${test[1]} is needed.`,
        );
        return true;
      });
      return wrong.length === 0 ? node : without(node, ...wrong);
    },
  ],
  [
    "No property has a name that reaches a prototype.",
    (node, { report }) => {
      if (!isObject(node["properties"])) return node;
      const entries = Object.entries(node["properties"]);
      const safe = entries.filter(([name]) => {
        const problem = checkPropertyName(name);
        if (problem !== undefined) report("unsafe-field", `/properties${pointerTo(name)}`, problem);
        return problem === undefined;
      });
      return safe.length === entries.length ? node : { ...node, properties: Object.fromEntries(safe) };
    },
  ],
  [
    "A keyword that speaks of another one stands beside it.",
    (node, { report }) => {
      const alone = Object.keys(node).filter((keyword) => {
        const other = partners.get(keyword);
        if (other === undefined || node[other] !== undefined) return false;
        report("wrong-shape", pointerTo(keyword), `"${keyword}" has no meaning without "${other}".`);
        return true;
      });
      return alone.length === 0 ? node : without(node, ...alone);
    },
  ],
  [
    "A keyword that the input check cannot enforce is reported and kept; one that nobody knows is left out.",
    (node, { report }) => {
      const all = Object.keys(node);
      for (const keyword of all)
        if (unenforced.has(keyword) && keyword !== "contentSchema")
          report(
            "unenforced-keyword",
            pointerTo(keyword),
            `"${keyword}" is not enforced${effects.get(keyword) ?? ""}.`,
          );
      const unknown = all.filter((keyword) => !keywords.has(keyword) && !isExtension(keyword));
      for (const keyword of unknown.filter((each) => !passedOver.has(each)))
        report(
          "unknown-keyword",
          pointerTo(keyword),
          `The keyword ${show(keyword)} is unknown${suggest(keyword)}.`,
        );
      return unknown.length === 0 ? node : without(node, ...unknown);
    },
  ],
  [
    "A title that is the key of a translation is left out.",
    (node, { report }) => {
      const { title } = node;
      if (typeof title !== "string" || !/^[a-z]\w*(?:\.[a-z_]\w*)+$/i.test(title)) return node;
      report("unresolved-title", "/title", `The title ${show(title)} is no title.`);
      return without(node, "title");
    },
  ],
]);

export const numberNameRules: Rules = new Map([
  [
    "A property whose name is a whole number is reported where others stand beside it.",
    (node, { report }) => {
      if (!isObject(node["properties"])) return node;
      const fields = Object.keys(node["properties"]);
      const first = fields.find((name) => /^(?:0|[1-9]\d{0,9})$/.test(name));
      if (first !== undefined && fields.length > 1) {
        report(
          "number-as-name",
          `/properties${pointerTo(first)}`,
          `The name ${show(first)} is a whole number.`,
        );
      }
      return node;
    },
  ],
]);

function suggest(keyword: string): string {
  const meant = nearest(keyword, keywords.keys(), 1)[0];
  return meant === undefined ? "" : ` ("${meant}" may be meant)`;
}

/** For tests: the keywords that are read, and those passed over. */
export const keywordLists = { read: [...keywords.keys()], passedOver: [...passedOver] };
