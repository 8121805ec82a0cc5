/** Text from outside on one line, at most so long, without characters that move a cursor or turn text around. */
export function shorten(text: string, length = 200): string {
  return text
    .trimStart()
    .slice(0, length * 2)
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim()
    .slice(0, length);
}

/** The error text under any of its names; arrays of field errors become `path: message`. */
export function describeFailure(value: unknown, depth = 0): string {
  const inner = (item: unknown) => describeFailure(item, depth + 1);
  if (typeof value === "string") return shorten(value);
  if (typeof value !== "object" || value === null || depth > 5) return "";
  if (Array.isArray(value)) return shorten(value.slice(0, 20).map(inner).filter(Boolean).join("; "), 600);
  const body = value as { readonly [name: string]: unknown };
  const names = ["error_message", "message", "error", "detail", "msg"];
  const text = names.map((name) => inner(body[name])).find(Boolean) ?? "";
  if (!Array.isArray(body["loc"])) return text;
  // Objects are left out: not every object becomes a string without an error.
  const place = body["loc"].slice(0, 9).filter((part) => typeof part !== "object");
  return `${place.join(".")}: ${text}`;
}
