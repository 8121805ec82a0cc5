import { makeIssue, splitPointer } from "../errors/issue.js";
import type { Issue } from "../errors/issue.js";
import { checkInput } from "../input/check.js";
import type { Attachable } from "../input/file-input.js";
import type { Model } from "../input/model.js";
import { checkOptions } from "../options/check-options.js";
import type { OptionRules } from "../options/check-options.js";
import { arrangeForm, joinName } from "./form-tree.js";
import type { FormNode, FormSource } from "./form-tree.js";
import { readForm } from "./form-value.js";

/** Options of `parseForm` and `formSchema`. */
export interface FormOptions {
  /**
   * Names of fields that are not the model's, such as that of a token against forged requests. Default: none. Fields that React adds
   * to the forms of server actions (`$ACTION_…`) are always ignored.
   */
  readonly ignore?: readonly string[] | undefined;
}

/** One thing that is wrong with a form. */
export interface FormIssue extends Issue {
  /** The name of the form's field, such as `"duration"` or `"loras[0].path"`; empty for the form as a whole. */
  readonly field: string;
}

/** The input that a form stands for, or everything that is wrong with it. */
export type FormResult<Input> =
  | { readonly value: Attachable<Input>; readonly issues?: undefined }
  | { readonly issues: readonly FormIssue[]; readonly value?: undefined };

/** The rules of {@link FormOptions}. */
export const formRules: OptionRules<FormOptions> = {
  ignore: (names) => (Array.isArray(names) ? undefined : "a list of names"),
};

/** A form as it was read. */
export interface ParsedForm<Input> {
  readonly result: FormResult<Input>;
  /** The input, whether it fits or not. */
  readonly input: unknown;
}

/** Stands for a file where the other rules of its field are checked. */
const anyFile = "data:application/octet-stream;base64,AA==";
const mostIssues = 100;

/**
 * Reads a form as a model's input. Each text becomes the type that the model's schema gives its field: `"5"` a number, `"on"` and
 * `"true"` true; lists and objects may be JSON. Fields that are left empty, and file fields without a file, are left out. A name
 * given several times is a list; `a.b` and `a[0].b` are places inside objects and lists. Files stay as they are in media fields:
 * give the value to `attach`. A text in a media field is an address, never a path of the server.
 *
 * All issues of the form are found at once: of texts that cannot be read, of fields that the model does not have, and of the model's
 * own rules. At most 100, and one with the code `more` where there are others.
 *
 * @throws ConfigError when an option is unknown or invalid. A form never makes it throw.
 */
export function parseForm<Input>(
  model: Pick<Model<Input>, "input" | "~input">,
  form: FormSource,
  options: FormOptions = {},
): FormResult<Input> {
  checkOptions("parseForm", options, formRules);
  return readModelForm(model, form, options).result;
}

/** As {@link parseForm}, for options that are checked already and for any value as the form. */
export function readModelForm<Input>(
  model: Pick<Model<Input>, "input" | "~input">,
  form: unknown,
  options: FormOptions,
): ParsedForm<Input> {
  const { input: schema } = model;
  const tree = arrangeForm(
    form,
    (name) => Object.hasOwn(schema.properties, name),
    (name) => name.startsWith("$ACTION_") || options.ignore?.includes(name) === true,
  );
  if (tree === undefined) {
    const reason = "is no form; expected FormData, URLSearchParams, pairs of name and value, or an object";
    return { result: { issues: [{ ...makeIssue({ code: "type", reason }), field: "" }] }, input: undefined };
  }
  const { input, problems, places } = readForm(schema, tree, () => anyFile);
  const unread = new Set(problems.map(({ path }) => path));
  const found = checkInput(model, input).filter(({ path, severity }) => !severity && !unread.has(path));
  const issues = [...problems.map(makeIssue), ...found].map((issue) => ({
    ...issue,
    field: findField(places, issue.path),
  }));
  if (issues.length > 0) return { result: { issues: limit(issues) }, input };
  return { result: { value: readForm(schema, tree, (file) => file).input as Attachable<Input> }, input };
}

function limit(issues: readonly FormIssue[]): readonly FormIssue[] {
  if (issues.length <= mostIssues) return issues;
  const reason = `has more than ${mostIssues} issues; the others are not listed`;
  return [...issues.slice(0, mostIssues), { ...makeIssue({ code: "more", reason }), field: "" }];
}

/** The name of the field that gave the value or holds it; the name that the field would have, where it is missing. */
function findField(places: ReadonlyMap<string, FormNode>, path: string): string {
  let end = path.length;
  while (!places.has(path.slice(0, end))) end = path.lastIndexOf("/", end - 1);
  const { name, values } = places.get(path.slice(0, end))!;
  return values.length > 0 ? name : splitPointer(path.slice(end)).reduce(joinName, name);
}
