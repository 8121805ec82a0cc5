import { expect, test } from "vitest";
import { createClient, SubmitUnknownError } from "../../src/index.js";
import { createClock } from "../support/clock.js";
import { accepted } from "../support/service.js";

/** A submit whose answer comes when it is released. */
const setup = () => {
  const clock = createClock(0);
  let release = (): void => {};
  const arrived = new Promise<void>((resolve) => (release = resolve));
  const fetch = async (): Promise<Response> => {
    await arrived;
    return Response.json(accepted());
  };
  const client = createClient({ token: "test-token", fetch, clock });
  const outcome = client.submit("a/b", {}).catch((error: unknown) => error);
  return { clock, release: () => release(), outcome };
};

test("rows 51 and 120: a machine that slept past the submit's limit reads the answer that has arrived", async () => {
  const { clock, release, outcome } = setup();
  await clock.advance(10);
  // The timer of 60 s fires two minutes late; the answer lies in the socket.
  clock.jump(180_000);
  await clock.advance(0);
  release();
  expect(await clock.run(outcome)).toMatchObject({ id: "job-1" });
});

test("rows 50 and 120: an answer that has not arrived a second after the machine woke is given up", async () => {
  const { clock, outcome } = setup();
  await clock.advance(10);
  clock.jump(180_000);
  const error = await clock.run(outcome);
  expect(error).toBeInstanceOf(SubmitUnknownError);
  expect(clock.now()).toBeLessThanOrEqual(182_000);
});
