/** Words that people search by, beside the texts of models in which the words of the documentation stand. */
const groups: readonly (readonly [fits: RegExp, words: readonly string[]])[] = [
  [/image|frame/, ["picture", "photo"]],
  [/video/, ["movie", "film", "clip"]],
  [/music|to.audio/, ["song", "sound"]],
  [/speak|talk|lip.?sync/, ["lip", "sync", "lipsync", "talking", "speech", "avatar"]],
  [/text.to.image/, ["t2i"]],
  [/text.to.video/, ["t2v"]],
  [/image.to.video/, ["i2v", "animate"]],
  [/image.to.image/, ["i2i", "img2img", "edit"]],
  [/video.to.video/, ["v2v", "edit"]],
];

/** The texts, in lower case, of models that somebody may mean by a word, or by its beginning. Empty for a word that is not an everyday one. */
export function listMeanings(word: string): RegExp[] {
  return groups.filter(([, words]) => words.some((one) => one.startsWith(word))).map(([fits]) => fits);
}

/** Everyday words for what a model takes and makes, found from its id, title, categories and description. */
export function findEverydayWords(text: string): string {
  const lower = text.toLowerCase();
  return groups.flatMap(([fits, words]) => (fits.test(lower) ? words : [])).join(" ");
}
