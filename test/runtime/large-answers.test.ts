import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { createClient, InputError, SubmitUnknownError } from "../../src/index.js";
import { scrub } from "../../src/wire/scrubber.js";
import { http, startFaultServer } from "../support/fault-server.js";
import type { FaultServer } from "../support/fault-server.js";
import { startWait } from "../support/waiting.js";

const servers: FaultServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const megabytes = (text: string) => text.repeat((10 * 2 ** 20 - 100) / text.length);

describe("row 49: an answer of ten megabytes costs one pass over it, whatever its shape", () => {
  // A step that is quadratic in the length would not end before the runner gives up.
  test.each([
    ["backslashes", `{"request_id":"job-1","x":"${megabytes("\\\\")}"}`],
    ["backslashes without an end", `{"x":"${megabytes("\\")}`],
    ["opening brackets", megabytes("[")],
    ["brackets in an object", `{"x":${megabytes("[")}`],
    ["escaped quotes", `{"x":"${megabytes('\\"')}"}`],
    ["escaped slashes", `{"x":"${megabytes("\\/")}"}`],
    ["escaped letters", `{"x":"${megabytes("\\u0041")}"}`],
    ["capital letters beside small ones", `{"x":"${megabytes("Aa")}"}`],
    ["percent signs", `{"x":"${megabytes("%")}"}`],
    ["spaces", megabytes(" ")],
  ])("%s", async (_name, text) => {
    const { job, failure } = startWait({ result: () => ({ body: text }) });
    expect(await failure(job.result({ timeoutMs: 2000 }))).toMatchObject({ code: "job_timeout" });
  });
});

describe("a secret is found and cut out however it is escaped, and nothing else is", () => {
  const secret = "tok/en-1";
  const ways = (letter: string): readonly string[] => {
    const code = letter.charCodeAt(0).toString(16);
    const slash = letter === "/" ? ["\\/", "\\\\/"] : [];
    return [letter, letter.toUpperCase(), `\\u00${code}`, `\\\\x${code}`, `%${code.toUpperCase()}`, ...slash];
  };
  const others = ["\\", '\\"', "\\n", "%", "%4", "\\u00e9", "\\u2028", "\u0130", "x", "TOK", '"', "\ud800"];
  const hidden = fc
    .tuple(...[...secret].map((letter) => fc.constantFrom(...ways(letter))))
    .map((letters) => letters.join(""));
  // A space, as a backslash at the end would belong to the escape that follows.
  const other = fc.array(fc.constantFrom(...others), { maxLength: 4 }).map((parts) => `${parts.join("")} `);
  test("in random texts", () =>
    fc.assert(
      fc.property(fc.array(other, { maxLength: 4 }), hidden, (parts, written) => {
        expect(scrub(parts.join(written), [secret])).toBe(parts.join("[token]"));
      }),
      { numRuns: 5000 },
    ));
});

describe("a secret that a text cut off does not show its beginning", () => {
  const secret = "rc_live_0123456789abcdef01234567";
  test.each([
    ["at the end of the text", "no: RC_live_0123456789ab", "no: [token]"],
    ["before other words", "no: rc_live_0123456789..., try again", "no: [token]..., try again"],
    ["with half of it", "no: rc_live_01234567", "no: [token]"],
    ["twice, the second time whole", `rc_live_0123456789 ${secret}`, "[token] [token]"],
  ])("%s", (_name, text, shown) => {
    expect(scrub(text, [secret])).toBe(shown);
  });

  test.each([
    [secret, "rc_live_ is what tokens begin with"],
    ["emulator-token", "Is the emulator running?"],
  ])("what %s has in common with other words stays", (token, text) => {
    expect(scrub(text, [token])).toBe(text);
  });
});

test("row 83: a result over the bound is said to be so at once, and asked for once", async () => {
  const body = new TextEncoder().encode(`{"request_id":"job-1","x":"${"x".repeat(11 * 2 ** 20)}"}`);
  let results = 0;
  const fetch = async (url: string): Promise<Response> => {
    if (url.includes("/status")) return Response.json({ request_id: "job-1", status: "completed" });
    results++;
    return new Response(body);
  };
  const client = createClient({ token: "test-token", fetch });
  await expect(client.job("a/b", "job-1").result()).rejects.toMatchObject({
    code: "response",
    job: { id: "job-1" },
    message: expect.stringContaining("longer than 10 MiB"),
  });
  expect(results).toBe(1);
});

test("row 49: a submit's answer is read up to 256 KiB, and an id in them is asked for", async () => {
  const server = await startFaultServer((socket, { method }) =>
    socket.end(
      method === "POST"
        ? http("200 OK", `{"request_id":"job-1","x":"${"y".repeat(300_000)}"}`)
        : http("200 OK", '{"request_id":"job-1","status":"in_queue"}'),
    ),
  );
  servers.push(server);
  const client = createClient({ token: "test-token", baseUrl: server.url });
  expect((await client.submit("a/b", {})).id).toBe("job-1");
  expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
});

test("rows 2 and 143: a token of 3,000 characters pays once, gives the job, and stands in no error", async () => {
  const token = Array.from({ length: 3000 }, (_, i) => "aB3-_.~"[i % 7]).join("");
  let answer = `{"request_id":"job-1","note":"${token.replace("a", "\\u0061")}"}`;
  const server = await startFaultServer((socket) => socket.end(http("200 OK", answer)));
  servers.push(server);
  const client = createClient({ token, baseUrl: server.url });
  expect((await client.submit("a/b", {})).id).toBe("job-1");
  answer = `{"note":"${token}"`;
  const error = await client.submit("a/b", {}).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SubmitUnknownError);
  const shown = JSON.stringify(error) + String((error as Error).stack) + String((error as Error).cause);
  expect(shown).toContain("[token]");
  expect(shown).not.toContain(token.slice(0, 40));
  expect(shown).not.toContain(token.slice(-4).repeat(2));
});

test("a body over 48 MiB is refused before it is sent, with the way out", async () => {
  let sent = 0;
  const fetch = async () => (sent++, Response.json({}));
  const client = createClient({ token: "test-token", fetch });
  const image = `data:image/png;base64,${"A".repeat(49 * 2 ** 20)}`;
  const error: unknown = await client.submit("a/b", { image }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).toMatch(/48 MiB/);
  expect((error as Error).message).toMatch(/https/);
  expect((error as InputError).issues[0]).toMatchObject({ code: "too_large" });
  expect(sent).toBe(0);
});
