import { typesOf, without } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import { show } from "../../errors/issue.js";
import type { ProblemCode } from "../notation/problem.js";
import type { Draft, KeptGroup, Together } from "./draft.js";
import { joinKeywords } from "./keyword-join.js";
import { addNull } from "../rules/nullable.js";

type Report = (code: ProblemCode, place: string, what: string) => void;

/**
 * Joins drafts into one that states what they state together. Wording and defaults are taken from the first that has them; fields come
 * in the order of `documented`. Anything that one schema cannot state is reported, and kept without being enforced.
 */
export function joinDrafts(
  drafts: readonly Draft[],
  documented: readonly Draft[],
  report: Report,
  place = drafts[0]!.place,
): Draft {
  const parts = setPatternsAside(drafts, report);
  const own = parts.reduce<SchemaNode>(
    (all, draft) =>
      joinKeywords(all, draft.own, (code, below, what) => report(code, draft.place + below, what)),
    {},
  );
  const properties = joinProperties(drafts, documented, report);
  const items = distinct(drafts.flatMap((draft) => draft.items ?? []));
  const others = joinOthers(drafts);
  const prefixItems = joinPlaces(drafts);
  const anyOf = drafts.find((draft) => draft.anyOf !== undefined)?.anyOf;
  const oneOf = drafts.find((draft) => draft.oneOf !== undefined)?.oneOf;
  const kept = [
    ...parts.flatMap((draft) => draft.kept ?? []),
    ...otherChoices(drafts, "anyOf", report),
    ...otherChoices(drafts, "oneOf", report),
  ];
  return {
    place,
    own,
    ...(properties.size > 0 && { properties }),
    ...(prefixItems.length > 0 && { prefixItems }),
    ...(items.length > 0 && { items }),
    ...(others !== undefined && { additionalProperties: others }),
    ...(anyOf !== undefined && { anyOf }),
    ...(oneOf !== undefined && { oneOf }),
    ...(kept.length > 0 && { kept }),
  };
}

/** Keeps one pattern to be enforced; the others go with the keywords that are not. */
function setPatternsAside(drafts: readonly Draft[], report: Report): readonly Draft[] {
  const first = drafts.findIndex(({ own }) => own["pattern"] !== undefined);
  return drafts.map((draft, at) => {
    const { own, place, kept = [] } = draft;
    const { pattern } = own;
    if (at <= first || pattern === undefined || pattern === drafts[first]!.own["pattern"]) return draft;
    report("unenforced-keyword", `${place}/pattern`, '"pattern" is not enforced beside another.');
    const source = { raw: own, place, trail: [], here: [], depth: 0 };
    return {
      ...draft,
      own: without(own, "pattern"),
      kept: [...kept, { keywords: { pattern }, source }],
    };
  });
}

/** Joins the schemas of the first items, place by place; where one part has no place, its further items are meant. */
function joinPlaces(drafts: readonly Draft[]): readonly Together[] {
  const length = Math.max(0, ...drafts.map(({ prefixItems = [] }) => prefixItems.length));
  return Array.from({ length }, (_, at) =>
    distinct(drafts.flatMap(({ prefixItems = [], items = [] }) => prefixItems[at] ?? items)),
  );
}

function joinProperties(
  drafts: readonly Draft[],
  documented: readonly Draft[],
  report: Report,
): Map<string, readonly Together[]> {
  const names = new Set(documented.flatMap(({ properties }) => [...(properties?.keys() ?? [])]));
  for (const { additionalProperties, properties, place } of drafts) {
    const refused = additionalProperties === false ? [...names].filter((name) => !properties?.has(name)) : [];
    if (refused.length === 0) continue;
    const what = `"additionalProperties": false is not enforced for ${refused.map(show).join(", ")}, which allOf adds.`;
    report("unenforced-keyword", `${place}/additionalProperties`, what);
  }
  return new Map(
    [...names].map((name) => [name, [distinct(drafts.flatMap((draft) => schemasOf(draft, name)))]]),
  );
}

/** Finds the schemas of a field in one part. For a field that the part does not name, they are those of its further fields. */
function schemasOf({ properties, additionalProperties: others }: Draft, name: string): Together {
  return properties?.get(name)?.[0] ?? (typeof others === "object" ? others : []);
}

function joinOthers(drafts: readonly Draft[]): boolean | Together | undefined {
  const given = drafts.flatMap(({ additionalProperties: others }) => (others === undefined ? [] : [others]));
  if (given.includes(false)) return false;
  const schemas = distinct(given.flatMap((others) => (typeof others === "object" ? others : [])));
  if (schemas.length > 0) return schemas;
  return given.length > 0 ? true : undefined;
}

/** The choices of all parts but the first that has some: only those of one part are enforced. */
function otherChoices(
  drafts: readonly Draft[],
  keyword: "anyOf" | "oneOf",
  report: Report,
): readonly KeptGroup[] {
  const [, ...more] = drafts.filter((draft) => draft[keyword] !== undefined);
  return more.map(({ place, [keyword]: choices = [] }) => {
    const what = `"${keyword}" is not enforced, as another part of allOf has one too.`;
    report("unenforced-keyword", `${place}/${keyword}`, what);
    return { keyword, choices };
  });
}

/** Drops repeated schemas. */
export function distinct(schemas: Together): Together {
  const byText = new Map<string, Together[number]>();
  for (const schema of schemas) {
    const text = JSON.stringify(schema.raw);
    if (!byText.has(text)) byText.set(text, schema);
  }
  return [...byText.values()];
}

/**
 * Settles `nullable` in one part of an `allOf`. It is about the type beside it, and the other parts need not agree; in a part that states
 * nothing else it is about all parts.
 */
export function settleNull(draft: Draft): Draft {
  const { own, properties, prefixItems, anyOf, oneOf, place } = draft;
  const items = draft.items ?? prefixItems;
  if (own["nullable"] === undefined) return draft;
  const isBare = [properties, items, anyOf, oneOf].every((inner) => inner === undefined);
  const implied = properties === undefined ? items && "array" : "object";
  const typed = typesOf(own).length === 0 && implied !== undefined ? { ...own, type: implied } : own;
  const settled = addNull(typed);
  const nothing: Draft = { place, own: { type: "null" } };
  const isWide = own["nullable"] === true;
  return {
    ...draft,
    own:
      isBare && Object.keys(settled).every((keyword) => wording.has(keyword))
        ? settled
        : without(settled, "nullable"),
    ...(anyOf !== undefined && isWide && { anyOf: [...anyOf, nothing] }),
    ...(oneOf !== undefined && isWide && { oneOf: [...oneOf, nothing] }),
  };
}

const wording = new Set(["title", "description", "nullable"]);
