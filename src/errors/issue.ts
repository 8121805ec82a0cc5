/**
 * The kind of an issue.
 *
 * - Named after the rule of the schema that is broken: `type`, `enum`, `const`, `required`, `unknown_field`, `minimum`, `maximum`,
 *   `multiple_of`, `min_length`, `max_length`, `pattern`, `min_items`, `max_items`, `unique_items`.
 * - `not_sendable`: JSON cannot carry the value, or would carry it as something else.
 * - `media_address`: the service cannot fetch a file from this address.
 * - `media`: a file breaks a rule of the field, or could not be measured.
 * - `price`: the job costs more than the caller allows, or the price is not known.
 * - `too_large`: the input as a whole is larger than the service takes.
 * - `model_id`: the text is not the id of a model, or of a known one.
 * - `more`: there are more issues than are listed.
 * - `custom`: for checks of your own.
 */
export type IssueCode =
  | "type"
  | "enum"
  | "const"
  | "required"
  | "unknown_field"
  | "minimum"
  | "maximum"
  | "multiple_of"
  | "min_length"
  | "max_length"
  | "pattern"
  | "min_items"
  | "max_items"
  | "unique_items"
  | "not_sendable"
  | "media_address"
  | "media"
  | "price"
  | "too_large"
  | "model_id"
  | "more"
  | "custom";

/** One thing that is wrong with an input. Addresses are shown without user name, query and fragment: they may hold secrets. */
export interface Issue {
  readonly code: IssueCode;
  /** JSON pointer of the value, such as `"/images/0"`; empty for the input as a whole. */
  readonly path: string;
  /** The issue in English, without the path. Made of the other fields. */
  readonly message: string;
  /** The given value as short text: `"1080P"` in quotes, `5.5`, `an array`, `3 items`. */
  readonly given?: string;
  /** The allowed values as short text: `"480p", "720p", "1080p"` or `at most 9 items`. */
  readonly expected?: string;
  /** The allowed name or value that was probably meant. */
  readonly nearest?: string;
  /** Set where the input may be sent all the same. */
  readonly severity?: "warning";
}

/** An issue of a check of your own: its code is `custom` unless you give one. */
export type CustomIssue = Omit<Issue, "code"> & Partial<Pick<Issue, "code">>;

/** The data of an issue before it has its message. */
export interface Problem extends Partial<Omit<Issue, "code" | "message">> {
  readonly code: IssueCode;
  /** The predicate of the message, where the code alone does not tell it: `contains itself`. */
  readonly reason?: string;
}

const predicates: { readonly [code in IssueCode]?: string } = {
  enum: "is not one of",
  const: "is not",
  required: "is required",
  unknown_field: "is not a documented field",
};

/**
 * Makes an issue from data: what was given, the reason, what is expected, what was probably meant. `path` is the input as a whole
 * where it is left out.
 */
export function makeIssue({ reason, ...data }: Problem): Issue {
  const { code, given, expected, nearest } = data;
  const isName = code === "unknown_field" || code === "model_id";
  const link = code === "enum" || code === "const" ? " " : "; expected ";
  // All fields of a model would only hide the one that was meant.
  const allowed = expected === undefined || (isName && nearest) ? "" : link + expected;
  const hint = nearest ? `. Did you mean ${isName ? show(nearest) : nearest}?` : "";
  const message = `${given ? `${given} ` : ""}${reason ?? predicates[code] ?? "given"}${allowed}${hint}`;
  return { path: "", ...data, message };
}

/** The issue on one line, the place first and as code writes it: `` `loras[0].path`: "1080P" is not one of … ``. */
export function describeIssue({ path, message }: Pick<Issue, "path" | "message">): string {
  return `${path ? `\`${describePath(path)}\`` : "input"}: ${message}`;
}

/** A place in an input, as code writes it: `loras[0].path` for the JSON pointer `/loras/0/path`. */
export function describePath(path: string): string {
  const place = path
    .slice(1)
    .replace(/\/(\d+)(?=\/|$)/g, "[$1]")
    .replaceAll("/", ".");
  return printable(unescapeKey(place));
}

/** Ends a text with a full stop where it has no end of its own. */
export function asSentence(text: string): string {
  return /[.!?…。！？]$/u.test(text) || text === "" ? text : `${text}.`;
}

/** The keys that a JSON pointer names, outermost first. */
export function splitPointer(pointer: string): string[] {
  return pointer.split("/").slice(1).map(unescapeKey);
}

function unescapeKey(text: string): string {
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** A key as one step of a JSON pointer. */
export function pointerTo(key: string | number): string {
  return `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/**
 * A given value for a message: at most 100 characters, on one line, without characters that move a cursor or turn text around,
 * and without the secrets of an address.
 */
export function show(value: unknown): string {
  if (typeof value === "string") {
    const cut = value.length > 100 ? `… (${value.length} characters)` : "";
    return printable(JSON.stringify(hideSecrets(value).slice(0, 100))) + cut;
  }
  if (typeof value === "object" && value) return Array.isArray(value) ? "an array" : "an object";
  return printable(String(value));
}

/** Removes user name, query and fragment of an address: they often open the file to whoever reads them. */
function hideSecrets(text: string): string {
  return text.replace(
    /(https?:[/\\]*|:[/\\]{2}|^\s*[/\\]{2})([^/\\?#]*@)?([^?#]*)([?#].+)?/gis,
    (_, scheme: string, _user, place: string, query) => scheme + place + (query ? "?…" : ""),
  );
}

function printable(text: string): string {
  return text
    .slice(0, 300)
    .replace(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu,
      (sign) => `\\u${sign.codePointAt(0)!.toString(16).padStart(4, "0")}`,
    );
}
