/** The part of a form that is about one place in the input. */
export interface FormNode {
  /** The name of the form's field, such as `loras[0].path`. */
  readonly name: string;
  /** Texts, files and, of an object, values that have their type already; in their order. */
  readonly values: unknown[];
  /** The fields of an object or the items of a list, by the next step of their names. */
  readonly children: Map<string, FormNode>;
}

/**
 * A form as it arrives: `FormData`, the parameters of an address, pairs of name and value, or an object of values by name, as body
 * parsers and form libraries make it. Values are texts, files, lists of them and, in an object, values of any type.
 */
export type FormSource =
  | FormData
  | URLSearchParams
  | Iterable<readonly [name: string, value: unknown]>
  | { readonly [name: string]: unknown };

/** A name with more steps than this is not read as the name of a field. */
const mostSteps = 20;

/**
 * Arranges the fields of a form by the steps of their names: `camera.zoom` and `camera[zoom]`, `loras[0].path` and `loras.0.path`,
 * `images[]`. A name that `isWhole` knows is one step, whatever signs it has. Undefined where the source is no form.
 */
export function arrangeForm(
  source: unknown,
  isWhole: (name: string) => boolean,
  isIgnored: (name: string) => boolean,
): FormNode | undefined {
  const entries = listEntries(source);
  if (entries === undefined) return undefined;
  const root = createNode("");
  for (const [name, value] of entries) {
    if (typeof name !== "string") return undefined;
    if (isIgnored(name)) continue;
    const steps = isWhole(name) ? [name] : splitName(name);
    let node = root;
    steps.forEach((step, at) => {
      node = findChild(node, step, at === steps.length - 1 ? name : undefined);
    });
    addValue(node, value);
  }
  return root;
}

/** Tells a field that says nothing: its text is empty, or no file was chosen. */
export function isBlank(value: unknown): boolean {
  if (value instanceof Blob) return value.size === 0 && !(value instanceof File && value.name !== "");
  return value === "" || value === undefined || value === null;
}

/** Tells a place of which the form says nothing. */
export function isLeftBlank({ values, children }: FormNode): boolean {
  return values.every(isBlank) && [...children.values()].every(isLeftBlank);
}

function createNode(name: string): FormNode {
  return { name, values: [], children: new Map() };
}

function listEntries(source: unknown): Iterable<readonly [unknown, unknown]> | undefined {
  if (isPlainObject(source)) return Object.entries(source);
  if (typeof source !== "object" || source === null || !(Symbol.iterator in source)) return undefined;
  const entries = [...(source as Iterable<unknown>)];
  const arePairs = entries.every((entry) => Array.isArray(entry) && entry.length === 2);
  return arePairs ? (entries as [unknown, unknown][]) : undefined;
}

function splitName(name: string): string[] {
  if (!/^[^.[\]]+(?:\.[^.[\]]+|\[[^.[\]]*\])*$/.test(name)) return [name];
  const steps = name.split(/[.[\]]+/).filter((step) => step !== "");
  return steps.length > mostSteps ? [name] : steps;
}

/** The name of a place inside another, as code writes it: `loras[0].path`. */
export function joinName(name: string, step: string): string {
  if (name === "") return step;
  return /^\d+$/.test(step) ? `${name}[${step}]` : `${name}.${step}`;
}

function findChild(parent: FormNode, step: string, name = joinName(parent.name, step)): FormNode {
  const child = parent.children.get(step) ?? createNode(name);
  parent.children.set(step, child);
  return child;
}

function addValue(node: FormNode, value: unknown): void {
  const list = toList(value);
  if (list?.some(isStructure)) list.forEach((item, at) => addValue(findChild(node, String(at)), item));
  else if (list) node.values.push(...list);
  else if (isPlainObject(value))
    for (const [step, inner] of Object.entries(value)) addValue(findChild(node, step), inner);
  else node.values.push(value);
}

/** The items of an array or of the `FileList` of a page's file field. */
function toList(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return Object.prototype.toString.call(value) === "[object FileList]"
    ? Array.from(value as ArrayLike<unknown>)
    : undefined;
}

function isStructure(value: unknown): boolean {
  return Array.isArray(value) || isPlainObject(value);
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
