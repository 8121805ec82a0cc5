import type { Source } from "../ir/api.js";

/** The address of a model's documentation page, where it is known and can do no harm as a link. */
export function findDocumentation({ url }: Source): string | undefined {
  return url !== undefined && /^https:\/\/[\w.-]+(?:\/[\w.~%/-]*)?$/.test(url) ? url : undefined;
}
