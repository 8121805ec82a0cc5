/** The service's pages of models. The documentation of each is one step below. */
const modelPage = /^https:\/\/www\.runcomfy\.com\/(?:models|playground)\/.*[^/](?<!\/api)$/;

/** The addresses that are known of a model. */
interface KnownAddresses {
  /** The page that the facts come from. */
  readonly source?: string | undefined;
  /** The model's page. */
  readonly page?: string | undefined;
}

/** The address of a model's documentation page, where it is known and is safe as a link. */
export function findDocumentation({ source, page }: KnownAddresses): string | undefined {
  const link = toLink(page);
  return toLink(source) ?? (link !== undefined && modelPage.test(link) ? `${link}/api` : link);
}

/** An address, where it is safe as a link. */
export function toLink(url: string | undefined): string | undefined {
  return url !== undefined && /^https:\/\/[\w.-]+(?:\/[\w.~%/-]*)?$/.test(url) ? url : undefined;
}
