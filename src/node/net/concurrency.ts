/** Runs `work` on every item, at most `limit` at once, in order. Gives the outcomes in the order of the items. */
export async function mapConcurrently<Item, Outcome>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, index: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  async function runNext(): Promise<void> {
    for (let index = next++; index < items.length; index = next++) {
      outcomes[index] = await work(items[index]!, index);
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, runNext));
  return outcomes;
}
