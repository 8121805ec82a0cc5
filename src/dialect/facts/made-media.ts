/** The media that models make. */
export type MadeMedia = "image" | "video" | "audio";

/** Finds the media that a model makes in its categories or its id: the first that ends as `text-to-video` does, or has a part that does. */
export function findMade(texts: readonly string[]): MadeMedia | undefined {
  const made = texts.map((text) => /-to-(image|video|audio)(?:\/|$)/.exec(text)?.[1]).find(Boolean);
  return made as MadeMedia | undefined;
}
