/** Last words of names whose numbers count neither results nor seconds, unless an earlier word says that they do. */
const settings = /(seed|ratio|scale|steps?|strength|width|height|size|fps|cfg|guidance|resolution)$/i;
/** Parts of names whose numbers, switches and texts may change the length or the number of the results. */
const amounts =
  /duration|length|unit$|count|number|multi|sequen|batch|grid|group|pack|set_?si|sample(?!r)|time_s|variat|video|audio.|copies|takes|both|views/i;
/** Parts of names whose numbers come on top of one result or of its length, so that even 1 is more. */
const additions = /minute|hour|extra|addit|repeat/i;
/** A text that may say how much of something, such as `"0:30"`, `"1m30s"`, `"x4"`, `"4 clips"` or `"two-takes"`, or list numbers; `"720p"` does not. */
const amount =
  /^((pt|x|\W){0,99}\p{N}(?!\d*[pi]$)([^]{0,15}|[\d\s,;|.]*)|(two|three|four|five|six|eight|ten|double|triple)(.\w+s)?)$/iu;
/** The deepest level that is read: an input may contain itself. */
const mostLevels = 9;

/**
 * Tells whether a field may make a job cost several times its rate: at any level it holds a list of several, a number above 1 that is no
 * known setting, or a length in another form.
 */
export function mayMultiply(name: string, value: unknown, level = mostLevels): boolean {
  if (typeof value === "object")
    return (
      level === 0 ||
      // The second item of a list has the name "1".
      Object.keys(value ?? {}).some(
        (inner) => +inner > 0 || mayMultiply(inner, readField(value, inner), level - 1),
      )
    );
  const isText = typeof value === "string";
  const isAmount = amounts.test(name);
  if (isText ? amount.test(value) : (value as number) > +!additions.test(name))
    // A list of seeds is none of the settings.
    return isAmount || !settings.test(name) || /[,;|]/.test(value as string);
  return isAmount && (isText || value === true);
}

/** Reads a field of a value, without running a getter. */
export function readField(value: unknown, name: string): unknown {
  return Object.getOwnPropertyDescriptor(Object(value), name)?.value;
}
