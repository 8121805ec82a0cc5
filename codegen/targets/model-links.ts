import { findDocumentation as findAddress, toLink } from "../../src/dialect/facts/page-address.js";
import type { ApiModel } from "../ir/api.js";

/** The address of a model's documentation page, where it is known and can do no harm as a link. */
export function findDocumentation({
  source,
  listing,
}: Pick<ApiModel, "source" | "listing">): string | undefined {
  return findAddress({ source: source.url, page: listing.page });
}

/** The address of a model's page, where it is known and can do no harm as a link. */
export function findPage({ page }: ApiModel["listing"]): string | undefined {
  return toLink(page);
}
