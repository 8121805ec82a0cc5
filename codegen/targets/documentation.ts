import type { ApiModel } from "../ir/api.js";

/** The service's pages of models. The documentation of each is one step below. */
const modelPage = /^https:\/\/www\.runcomfy\.com\/(?:models|playground)\/.*[^/](?<!\/api)$/;

/** The address of a model's documentation page, where it is known and can do no harm as a link. */
export function findDocumentation({
  source,
  listing,
}: Pick<ApiModel, "source" | "listing">): string | undefined {
  const page = findPage(listing);
  return asLink(source.url) ?? (page !== undefined && modelPage.test(page) ? `${page}/api` : page);
}

/** The address of a model's page, where it is known and can do no harm as a link. */
export function findPage({ page }: ApiModel["listing"]): string | undefined {
  return asLink(page);
}

function asLink(url: string | undefined): string | undefined {
  return url !== undefined && /^https:\/\/[\w.-]+(?:\/[\w.~%/-]*)?$/.test(url) ? url : undefined;
}
