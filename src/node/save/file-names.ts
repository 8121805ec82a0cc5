const longestModel = 80;

/** Names that Windows keeps for devices, with any extension. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)($|\.)/i;

/**
 * The start of every file name of one result: `<model>-<request id>`. The model's slashes become dashes, other characters than
 * letters, digits, dots, dashes and underscores too; at most 80 characters of it are kept.
 */
export function stemOf(modelId: string, requestId: string): string {
  const flat = modelId
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .slice(0, longestModel)
    .replace(/^[.-]+|[.-]+$/g, "");
  const model = flat === "" ? "output" : deviceName.test(flat) ? `model-${flat}` : flat;
  return `${model}-${requestId}`;
}
