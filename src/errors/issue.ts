/** One thing that is wrong with an input. */
export interface Issue {
  /** JSON pointer of the value, such as `"/images/0"`; empty for the input as a whole. */
  readonly path: string;
  /** What was given and what is allowed, without the path. */
  readonly message: string;
  /** What is allowed, as short text: `"480p", "720p", "1080p"` or `at most 9 items`. */
  readonly expected?: string;
  /** The legal name or value that was probably meant. */
  readonly nearest?: string;
  /** Set where the input may be sent all the same. */
  readonly severity?: "warning";
}

/** What is wrong, without where. */
export type Fault = Omit<Issue, "path">;

/** The issue on one line, the place first: `` `resolution`: "1080P" is not one of … ``. */
export function describeIssue(issue: Issue): string {
  return `${issue.path === "" ? "input" : `\`${placeOf(issue.path)}\``}: ${issue.message}`;
}

/** The pointer in the way code spells it: `/loras/0/path` becomes `loras[0].path`. */
function placeOf(pointer: string): string {
  return splitPointer(pointer)
    .map((key, index) => (index > 0 && /^\d+$/.test(key) ? `[${key}]` : `.${printable(key)}`))
    .join("")
    .slice(1);
}

/** The keys that a JSON pointer names, outermost first. */
export function splitPointer(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A key as one step of a JSON pointer. */
export function pointerTo(key: string | number): string {
  return `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** A given value for a message: at most 100 characters, on one line, nothing that moves a cursor or turns text around. */
export function show(value: unknown): string {
  if (typeof value === "string") {
    const cut = value.length > 100 ? `… (${value.length} characters)` : "";
    return printable(JSON.stringify(value.slice(0, 100))) + cut;
  }
  if (typeof value === "object" && value) return Array.isArray(value) ? "an array" : "an object";
  return printable(String(value));
}

function printable(text: string): string {
  return text
    .slice(0, 300)
    .replace(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu,
      (sign) => `\\u${sign.codePointAt(0)!.toString(16).padStart(4, "0")}`,
    );
}
