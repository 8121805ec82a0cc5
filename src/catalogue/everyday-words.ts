/** Words that people search by, beside the texts of models in which the words of the documentation stand. */
const groups: readonly (readonly [fits: RegExp, words: string])[] = [
  [/image|frame/, "picture photo"],
  [/video/, "movie film clip"],
  [/music|to.audio/, "song sound"],
  [/speak|talk|lip.?sync/, "lip sync lipsync talking speech avatar"],
  [/text.to.image/, "t2i"],
  [/text.to.video/, "t2v"],
  [/image.to.video/, "i2v animate"],
  [/image.to.image/, "i2i img2img edit"],
  [/video.to.video/, "v2v edit"],
];

/** Everyday words for what a model takes and makes, found from its id, title, categories and description. */
export function findEverydayWords(text: string): string {
  return groups.flatMap(([fits, words]) => (fits.test(text.toLowerCase()) ? words : [])).join(" ");
}
