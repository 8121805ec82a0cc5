/** US dollars with two digits, and with more where the amount has them: `$0.50`, `$0.0003`. */
export function formatUsd(usd: number): string {
  const cents = usd.toFixed(2);
  const amount = Number(usd.toFixed(6));
  return `$${Number(cents) === amount ? cents : amount}`;
}
