/** Last words of names whose numbers count neither results nor seconds, unless an earlier word says that they do. */
const settings =
  /^(?!.*(duration|length|grid|group|pack|set_|sample)).*(seed|ratio|scale|steps?|strength|width|height|size|fps|cfg|guidance|resolution)$/i;
/** Parts of names whose switches and texts may change the length or the number of the results. */
const amounts =
  /duration|length|unit$|count|number|multi|sequen|batch|grid|variation|samples|video|copies|takes|both/i;
/** Parts of names whose numbers come on top of one result or of its length, so that even 1 is more. */
const additions = /minute|hour|extra|addition|repeat/i;
/** A text that may say how much of something, such as `"0:30"`, `"1m30s"`, `"4 clips"` or `"two takes"`; `"720p"` does not. */
const amount =
  /^((pt|\W)*\p{N}(?!\d*[pi]$).{0,15}|(two|three|four|five|six|eight|ten|double|triple)( \w+s)?)$/iu;
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
  if (isText ? amount.test(value) : (value as number) > +!additions.test(name))
    // A list of seeds is none of the settings.
    return !settings.test(name) || /[,;|]/.test(value as string);
  return (isText || value === true) && amounts.test(name);
}

/** Reads a field of a value, without running a getter. */
export function readField(value: unknown, name: string): unknown {
  return Object.getOwnPropertyDescriptor(Object(value), name)?.value;
}
