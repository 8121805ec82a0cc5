import { findUnknownKeys, type Roles } from "./document-roles.js";
import type { Documents } from "./documents.js";
import { idProblem, type Mention } from "./model-mentions.js";
import { findOddSpaces } from "./odd-spaces.js";
import type { Broken } from "./page-json.js";

/** A sentence about a line of a page. */
export interface Remark {
  readonly line: number;
  readonly text: string;
}

/** The findings on a page. */
export interface Context {
  readonly documents: Documents;
  readonly roles: Roles;
  readonly mentions: readonly Mention[];
  readonly lineAt: (offset: number) => number;
  /** The length of the text. */
  readonly end: number;
  /** A longer id that begins as the page's does, and stands elsewhere on the page. */
  readonly longer: { readonly id: string; readonly offset: number } | undefined;
}

/** Why a page cannot be imported. */
export interface PageProblem {
  readonly offset: number;
  readonly text: string;
  /** True where no other reading of the page can help. */
  readonly certain: boolean;
}

/** Finds the first reason against a page; undefined where there is none. */
export function findProblem(context: Context): PageProblem | undefined {
  const { documents, roles, mentions, lineAt, end } = context;
  const doubt = findDoubt(context);
  if (doubt !== undefined) return doubt;
  const ids = new Map(mentions.map(({ id, offset }) => [id, offset]).toReversed() as [string, number][]);
  if (ids.size > 1) {
    const list = [...ids]
      .toSorted(([, left], [, right]) => left - right)
      .map(([id, at]) => `${id} (line ${lineAt(at)})`);
    const text = `the page names ${ids.size} models: ${list.slice(0, 5).join(", ")}. One page is about one model: import them as separate files`;
    return { offset: mentions[0]?.offset ?? 0, text, certain: true };
  }
  const broken = documents.broken.find(
    (each) => each.schema || each.cut || each.keys.some((key) => key === "output"),
  );
  if (broken !== undefined)
    return { offset: broken.offset, text: describeBroken(broken, context), certain: broken.cut };
  if (roles.input === undefined) {
    const what =
      roles.output === undefined
        ? "the page has no schema"
        : "the page has an output schema but no input schema";
    return { offset: end, text: `${what} (searched to line ${lineAt(end)})`, certain: false };
  }
  const [rival] = roles.rivals;
  if (rival !== undefined) {
    const text = `the page has two schemas that could be the input, in lines ${lineAt(roles.input.reading.start)} and ${lineAt(rival.reading.start)}`;
    return { offset: rival.reading.start, text, certain: false };
  }
  const [mention] = mentions;
  if (mention === undefined) {
    return {
      offset: 0,
      text: "the page has no call of a model: no address with /v1/models/<id> outside its JSON",
      certain: false,
    };
  }
  const problem = idProblem(mention.id);
  if (problem !== undefined)
    return {
      offset: mention.offset,
      text: `the model id ${JSON.stringify(mention.id)} cannot be right: ${problem}`,
      certain: true,
    };
  for (const found of [roles.input, roles.output]) {
    const twice = found?.reading.duplicates[0];
    if (twice === undefined) continue;
    return {
      offset: twice.offset,
      text: `the schema states ${twice.pointer} twice, and only one can be true`,
      certain: false,
    };
  }
  return undefined;
}

/** Finds an id that may be cut: a spec under a part of an id would pay for another model. */
function findDoubt({ mentions, longer, lineAt }: Context): PageProblem | undefined {
  const cut = mentions.find((mention) => mention.longer !== undefined);
  const [first] = mentions;
  const other = cut?.longer ?? longer?.id;
  const read = cut ?? first;
  if (read === undefined || other === undefined) return undefined;
  const where = cut === undefined ? `, in line ${lineAt(longer!.offset)}` : "";
  const text =
    `the model id is ${JSON.stringify(read.id)} or ${JSON.stringify(other)}${where}: ` +
    "the address may be cut. Correct the address in the saved page, so that it stands on one line with plain hyphens";
  return { offset: read.offset, text, certain: true };
}

function describeBroken(broken: Broken, { lineAt, roles }: Context): string {
  const what = broken.schema ? (roles.input === undefined ? "the input schema" : "a schema") : "the JSON";
  const where = broken.pointer === "" ? "" : `, at ${broken.pointer.slice(0, 200)}`;
  return broken.cut
    ? `${what} that starts in line ${lineAt(broken.start)} is cut off in line ${lineAt(broken.offset)}${where}: the page ends there, so save it again whole`
    : `${what} that starts in line ${lineAt(broken.start)} ${broken.reason}, in line ${lineAt(broken.offset)}${where}`;
}

/** Lists what the page has and what it lacks, for a message of refusal. */
export function inventory({ roles, mentions, lineAt }: Context): string {
  const found: string[] = [];
  const missing: string[] = [];
  const note = (name: string, offset: number | undefined) =>
    offset === undefined ? missing.push(name) : found.push(`${name} (line ${lineAt(offset)})`);
  note(mentions[0] === undefined ? "a model id" : `the id ${mentions[0].id}`, mentions[0]?.offset);
  note("an example", roles.example?.reading.start);
  note("an input schema", roles.input?.reading.start);
  note("an output schema", roles.output?.reading.start);
  return `Found: ${found.join(", ") || "nothing"}. Missing: ${missing.join(", ") || "nothing"}.`;
}

/** Lists the repairs, the assumptions and the omissions on a page that was understood. */
export function remarks({ documents, roles, lineAt, end }: Context): Remark[] {
  const notes: Remark[] = [];
  const add = (offset: number, text: string) => notes.push({ line: lineAt(offset), text });
  for (const found of [roles.input, roles.output, roles.example]) {
    const repairs = new Map(
      found?.reading.repairs.map(({ what, offset }) => [what, offset]).toReversed() as [string, number][],
    );
    for (const [what, offset] of repairs)
      add(offset, `the page's JSON has ${what}; read as what it must mean`);
  }
  for (const { pointer, offset } of roles.example?.reading.duplicates ?? [])
    add(offset, `the example states ${pointer} twice; the last one counts`);
  for (const { reading } of roles.others)
    add(reading.start, "another schema, which is neither the input nor the output; left out");
  const strings = roles.input === undefined ? [] : findOddSpaces(roles.input.value);
  for (const { pointer, value } of strings)
    add(
      roles.input?.reading.start ?? end,
      `the value ${JSON.stringify(value)} at ${pointer} has a space that is no plain one; write it as the service knows it`,
    );
  if (roles.example === undefined) {
    const broken = documents.broken[0];
    add(
      broken?.offset ?? end,
      broken === undefined ? "the page shows no example body" : `the example body ${broken.reason}; left out`,
    );
  } else {
    const strange = findUnknownKeys(roles);
    if (strange.length > 0)
      add(
        roles.example.reading.start,
        `the example has keys that the input schema does not know: ${strange.slice(0, 8).join(", ")}`,
      );
  }
  if (roles.output === undefined)
    add(end, "the page shows no output schema; the standard media output is assumed");
  return notes.toSorted((left, right) => left.line - right.line);
}
