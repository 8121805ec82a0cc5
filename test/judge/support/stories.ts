import fc from "fast-check";
import { expect } from "vitest";

const atOnce = 10;

/** Plays random stories, ten at a time, and tells which failed, with the seed that brings them back (`JUDGE_SEED`). */
export const playStories = async <Story>(
  scenario: fc.Arbitrary<Story>,
  runs: number,
  play: (story: Story) => Promise<void>,
): Promise<void> => {
  const seed = Number(process.env["JUDGE_SEED"] ?? Date.now() % 2 ** 31);
  const stories = fc.sample(scenario, { numRuns: runs, seed });
  let next = 0;
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let at = next++; at < stories.length; at = next++) {
      await play(stories[at]!).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const told = failures.slice(0, 8).map((error) => String((error as Error).message).slice(0, 1500));
  expect(told, `seed ${seed}, ${failures.length} of ${runs} failed`).toEqual([]);
};
