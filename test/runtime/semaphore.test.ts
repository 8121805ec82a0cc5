import { expect, test } from "vitest";
import { Semaphore } from "../../src/time/semaphore.js";
import { settle } from "../support/clock.js";

const setup = () => {
  const semaphore = new Semaphore(1);
  const order: string[] = [];
  const enter = (name: string, signal?: AbortSignal) =>
    semaphore.acquire(signal).then(
      () => order.push(name),
      () => order.push(`${name} left`),
    );
  return { semaphore, order, enter };
};

test("a semaphore lets as many in as it has permits, the others in their order", async () => {
  const { semaphore, order, enter } = setup();
  void enter("a");
  void enter("b");
  void enter("c");
  await settle();
  expect(order).toEqual(["a"]);
  semaphore.release();
  await settle();
  semaphore.release();
  await settle();
  expect(order).toEqual(["a", "b", "c"]);
});

test("a caller that leaves, also at the moment when its permit comes, takes no permit with it", async () => {
  const { semaphore, order, enter } = setup();
  const [early, late] = [new AbortController(), new AbortController()];
  void enter("a");
  void enter("b", early.signal);
  void enter("c", late.signal);
  void enter("d");
  await settle();
  early.abort();
  await settle();
  semaphore.release();
  late.abort();
  await settle();
  expect(order).toEqual(["a", "b left", "c left", "d"]);
});
