/** Last words of names whose numbers count neither results nor seconds. */
const settings = /(?:seed|ratio|scale|steps?|strength|width|height|size|fps|cfg|guidance|resolution)$/i;
/** Names that end like a setting, but count results or stretch the length. */
const countedSettings = /duration|length|grid|(?:group|set|pack|bundle|batch|sample)[_-]?size/i;
/** Parts of names whose switches, texts and negative numbers may change the length or the number of the results. */
const amounts =
  /duration|length|unit$|count|number|multi|sequen|batch|grid|variation|samples|video|copies|quantity|takes|outputs|results|double|both|extended/i;
/** Parts of names whose numbers come on top of one result or of its length, so that even 1 is more. */
const additions = /minute|hour|extra|additional|repeat|extension/i;
/** A text that may say how much of something, such as `"0:30"`, `"1m30s"`, `"4 clips"` or `"two takes"`; `"720p"` does not. */
const amount =
  /^(?:(?:pt|[x×*])? ?\p{N}(?!\d*[pi]$).{0,15}|(?:two|three|four|five|six|seven|eight|nine|ten|dozen|double|triple|several|many)(?:[ _-][a-z]+s)?)$/iu;
/** A list of numbers as text. */
const numberList = /^\d[^a-z]{0,99}[,;|]/i;
/** The beginning of an address in a text that may list several. */
const address = /(?:^|[\s,;|])https?:/gi;
/** The deepest level that is read: an input may contain itself. */
const mostLevels = 9;

/**
 * Tells whether a field may make a job cost several times its rate: at any level it holds a list of several, a number above 1 that is no
 * known setting, or a length in another form.
 */
export function mayMultiply(name: string, value: unknown, level = 0): boolean {
  if (typeof value === "object")
    return (
      level > mostLevels ||
      (readField(value, "length") as number) > 1 ||
      Object.keys(value ?? {}).some((inner) => mayMultiply(inner, readField(value, inner), level + 1))
    );
  const isText = typeof value === "string";
  const number = Number(value);
  if (isText && (numberList.test(value) || (value.match(address) ?? []).length > 1)) return true;
  if (isText ? amount.test(value) : number > 1) return !settings.test(name) || countedSettings.test(name);
  if (number > 0 && additions.test(name)) return true;
  return (isText || value === true || number < 0) && amounts.test(name);
}

/** Reads a field of a value, without running a getter. */
export function readField(value: unknown, name: string): unknown {
  return Object.getOwnPropertyDescriptor(Object(value), name)?.value;
}
