import { pointerTo } from "../errors/issue.js";
import type { Problem } from "../errors/issue.js";
import { mismatchKey } from "../input/mismatch.js";
import type { Schema } from "../input/model.js";
import { isBlank, isLeftBlank } from "./form-tree.js";
import type { FormNode } from "./form-tree.js";
import { findItem, findProperty, listBranches, listProperties } from "./schema-branches.js";
import { listTypes, valueOfText } from "./text-value.js";
import type { TextField } from "./text-value.js";

/** An input as far as a form could be read. */
export interface FormReading {
  readonly input: unknown;
  readonly problems: readonly Problem[];
  /** The parts of the form, by the JSON pointers of the values that they gave. */
  readonly places: ReadonlyMap<string, FormNode>;
}

/**
 * More problems than are listed in the end are not searched for: suggesting the name that was meant takes time, and a form may have
 * any number of names.
 */
const mostProblems = 101;

/**
 * Reads the input that a form stands for, each value by the schema of its place. Texts that cannot be read stand in the input as they
 * are. `readFile` gives the value for a file in a media field.
 */
export function readForm(whole: Schema, root: FormNode, readFile: (file: Blob) => unknown): FormReading {
  const problems: Problem[] = [];
  const places = new Map([["", root]]);

  function note(path: string, reason: string): void {
    if (problems.length < mostProblems) problems.push({ code: "type", path, reason });
  }

  function readNode(node: FormNode, schema: Schema, path: string): unknown {
    if (isLeftBlank(node)) return undefined;
    places.set(path, node);
    const branches = listBranches(whole, schema);
    const values = node.values.filter((value) => !isBlank(value));
    if (values.length === 0) return readParts(node, branches, path);
    if (node.children.size > 0) note(path, "is given as a whole and in parts: give one of the two");
    return takesList(branches) ? readList(values, branches, path) : readOne(values, schema, path);
  }

  function readParts({ children }: FormNode, branches: readonly Schema[], path: string): unknown {
    const steps = [...children.keys()];
    if (takesList(branches) && steps.every((step) => /^\d+$/.test(step))) {
      return [...children]
        .filter(([, item]) => !isLeftBlank(item))
        .sort(([one], [other]) => Number(one) - Number(other))
        .map(([, item], at) => readNode(item, findItem(branches, at), path + pointerTo(at)));
    }
    const types = listTypes(branches);
    if (types.size > 0 && !types.has("object"))
      return note(path, `has parts, such as ${steps[0]}; expected ${[...types].join(" or ")}`);
    const entries: [string, unknown][] = [];
    for (const [step, child] of children) {
      if (problems.length >= mostProblems) break;
      const schema = findProperty(branches, step);
      const place = path + pointerTo(step);
      const value = schema && readNode(child, schema, place);
      if (value !== undefined) entries.push([step, value]);
      if (schema) continue;
      places.set(place, child);
      problems.push({ ...mismatchKey(step, listProperties(branches)), path: place });
    }
    return Object.fromEntries(entries);
  }

  function readList(values: readonly unknown[], branches: readonly Schema[], path: string): unknown {
    const list = readJsonList(values);
    if (list !== undefined) return list;
    const takesOne = [...listTypes(branches)].some((type) => type !== "array" && type !== "null");
    if (values.length === 1 && takesOne) return readOne(values, { anyOf: branches }, path);
    return values.map((value, at) => readOne([value], findItem(branches, at), path + pointerTo(at)));
  }

  function readOne(values: readonly unknown[], schema: Schema, path: string): unknown {
    const { value, problem } = readField(values, { schema, whole }, readFile);
    if (problem !== undefined) note(path, problem);
    return value;
  }

  return { input: readParts(root, listBranches(whole, whole), ""), problems, places };
}

/** The list that a single text holds as JSON. */
function readJsonList([text, ...others]: readonly unknown[]): unknown {
  if (typeof text !== "string" || others.length > 0) return undefined;
  const read = valueOfText({ schema: { type: "array" } }, text, { writer: "form" });
  return "value" in read ? read.value : undefined;
}

/** The value of a field that takes one, and the reason why it does not fit. */
function readField(
  values: readonly unknown[],
  { schema, whole }: Required<TextField>,
  readFile: (file: Blob) => unknown,
): { readonly value: unknown; readonly problem?: string } {
  const branches = listBranches(whole, schema);
  const isMedia = branches.some((branch) => branch["x-media"]);
  const value = values.at(-1);
  // A hidden field before a checkbox says `false` where the box is not checked.
  if (values.length > 1 && !listTypes(branches).has("boolean"))
    return { value, problem: `is given ${values.length} times; expected one value` };
  if (value instanceof Blob)
    return isMedia
      ? { value: readFile(value) }
      : { value, problem: "is a file; expected a text: this field takes no files" };
  if (typeof value !== "string") return { value };
  // Browsers send the line ends of a text field as CRLF, and count them as one character.
  const text = isMedia ? value.trim() : value.replaceAll("\r\n", "\n");
  const read = valueOfText({ schema, whole }, text, { writer: "form" });
  return "value" in read ? read : { value: text, problem: read.problem };
}

function takesList(branches: readonly Schema[]): boolean {
  return branches.some(({ type = [], items }) => items !== undefined || [type].flat().includes("array"));
}
