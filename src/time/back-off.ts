/** The wait before a request is repeated: doubles from half a second to ten with each failure in a row, give or take a quarter. */
export function retryDelay(failures: number, random: () => number): number {
  return Math.min(10_000, 250 * 2 ** failures) * (0.75 + 0.5 * random());
}
