/** Writes an amount with its noun: `1 model`, `2 models`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
