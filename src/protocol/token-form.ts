/** Tells whether a value has the form of a token: printable ASCII without quotes, backslashes and spaces, which headers and shells read. */
export function isToken(value: unknown): value is string {
  return typeof value === "string" && /^[!#-&(-[\]-_a-~]{1,4096}$/.test(value);
}
