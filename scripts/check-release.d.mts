/** What stands in the way of a release; nothing when it may go. */
export declare const findObstacles: (release: {
  readonly tag: string | undefined;
  /** By the manifest's path. */
  readonly versions: { readonly [path: string]: string };
  readonly changelog: string;
}) => string[];
