/** Characters that only one of the two Chinese scripts uses, from the words that documentation repeats. */
const simplified =
  /[这个请为将该对应发进运行输图频须长宽经书设环变认证获态结选择项标识状时间页软实现处开关与数组从种样动画质参话编辑张无单级达连]/g;
const traditional =
  /[這個請為將該對應發進運輸圖頻須長寬經書設環變認證獲態結選擇項標識狀時間頁軟實現處開關與數組從種樣動畫質參話編輯張無單級達連]/g;

/** Runs of letters that are common in one language and rare in the others. */
const letterRuns: readonly (readonly [string, RegExp])[] = [
  ["en", /th(?=e|is|at)|ing\b|\bof\b|\band\b|ould|tion\b|\bwh/g],
  ["de", /sch|\bdie\b|\bder\b|ung(?:en)?\b|ich|\bei|ß|ü|ä|\bund\b/g],
  ["fr", /\bles?\b|\bdes?\b|\bl['’]|\bd['’]|eux|ée?s?\b|\bqu|\bune?\b|œ|ê|è|ç|\bet\b/g],
  ["es", /ción|\bel\b|\blos?\b|ñ|¿|¡|\by\b|\bdel?\b|ado\b|iones|\buna?\b|\bsin\b/g],
  ["it", /zion[ei]|\bil\b|\bdell?[aeo']|\bgli\b|\bche\b|\bper\b|tà\b|\be\b|\bun[ao]?\b|ò|\bdi\b/g],
  ["pt", /ção|ções|ã|õ|\bdo\b|\bda\b|\bos?\b|\bnão\b|nh[ao]|\be\b|\buma?\b|\bem\b/g],
];

/** A tag that a page gives itself, in its canonical form; undefined where it is no BCP 47 tag. */
export function canonicalTag(tag: string | undefined): string | undefined {
  if (tag === undefined || tag.trim() === "") return undefined;
  try {
    return Intl.getCanonicalLocales(tag.trim().replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}

/**
 * Guesses the language of a text: by its script, and where the script is Latin by runs of letters.
 * Undefined where the text is too short or its best guess is not clearly ahead.
 */
export function guessLanguage(text: string): string | undefined {
  const sample = text.slice(0, 200_000);
  const count = (pattern: RegExp) => sample.match(pattern)?.length ?? 0;
  const latin = count(/[A-Za-z]/g);
  const kana = count(/[\u3041-\u30ff]/g);
  const hangul = count(/[\uac00-\ud7af]/g);
  const han = count(/[\u4e00-\u9fff]/g);
  const cyrillic = count(/[\u0400-\u04ff]/g);
  const most = Math.max(kana + (kana > 0 ? han : 0), hangul, han, cyrillic);
  if (most >= 10 && most * 6 >= latin) {
    if (kana >= 5 && kana * 12 >= han) return "ja";
    if (hangul === most) return "ko";
    if (cyrillic === most) return "ru";
    return count(traditional) > count(simplified) ? "zh-Hant" : "zh-Hans";
  }
  if (latin < 60) return undefined;
  const words = sample.toLowerCase();
  const scores = letterRuns.map(([tag, runs]): [string, number] => [tag, words.match(runs)?.length ?? 0]);
  scores.sort(([, left], [, right]) => right - left);
  const [[tag, best], [, second]] = [scores[0] ?? ["", 0], scores[1] ?? ["", 0]];
  return best >= 4 && best >= second * 1.25 ? tag : undefined;
}
