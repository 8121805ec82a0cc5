import { once } from "node:events";
import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createManualClock } from "../../../src/emulator/index.js";
import type { Fault } from "../../../src/emulator/index.js";
import { ask, bodyPart, image, readBytes, start, submit, submitBytes, talk, video } from "./scene.js";

const submitPath = `/v1/models/${video.id}`;
const body = { prompt: "x" };

/** Starts an emulator whose submits have this fault, and sends one on a bare socket. */
const submitWithFault = async (fault: Omit<Fault, "route">) => {
  const emulator = await start({ faults: [{ route: "submit", ...fault }] });
  const reply = await talk(emulator, submitBytes(emulator));
  return { ...reply, charged: emulator.charged, emulator };
};

const declaredLength = (text: string): number => Number(/content-length: (\d+)/.exec(text)?.[1]);

/** The statuses of calls in a row, of which some are faulty. */
const statuses = async (fault: Omit<Fault, "route" | "status">, calls = 5) => {
  const emulator = await start({ faults: [{ route: "balance", status: 503, ...fault }] });
  const seen: number[] = [];
  for (let count = 0; count < calls; count++) seen.push((await ask(emulator, "/prod/v2/balance")).status);
  return seen;
};

describe("when a fault happens", () => {
  test("once by default, on the nth call, on several, after some, some times, always", async () => {
    expect(await statuses({})).toEqual([503, 200, 200, 200, 200]);
    expect(await statuses({ nth: 3 })).toEqual([200, 200, 503, 200, 200]);
    expect(await statuses({ nth: [2, 4] })).toEqual([200, 503, 200, 503, 200]);
    expect(await statuses({ after: 2, times: 2 })).toEqual([200, 200, 503, 503, 200]);
    expect(await statuses({ times: "always" })).toEqual([503, 503, 503, 503, 503]);
  });

  test("only on its route, its model, its job", async () => {
    const emulator = await start();
    emulator.faults.add({ route: "status", model: image.id, status: 500 });
    const film = await submit(emulator);
    const painting = await submit(emulator, image);
    emulator.faults.add({ route: "any", requestId: film, status: 502 });
    const statusOf = async (id: string) => (await ask(emulator, `/v1/requests/${id}/status`)).status;
    expect([await statusOf(painting), await statusOf(film), await statusOf(film)]).toEqual([500, 502, 200]);
    expect(emulator.faults.fired).toBe(2);
  });

  test("no more once it was taken back", async () => {
    const emulator = await start();
    const added = emulator.faults.add({ route: "balance", status: 500, times: "always" });
    expect((await ask(emulator, "/prod/v2/balance")).status).toBe(500);
    added.remove();
    expect((await ask(emulator, "/prod/v2/balance")).status).toBe(200);
    emulator.faults.add({ route: "balance", status: 500 });
    emulator.faults.clear();
    expect((await ask(emulator, "/prod/v2/balance")).status).toBe(200);
  });

  test("never where it is misspelt: that is said at once, with the key that was meant", async () => {
    const emulator = await start();
    const add = (fault: unknown) => () =>
      emulator.faults.add({ route: "media", status: 500 }, fault as Fault);
    expect(add({ route: "submit", staus: 500 })).toThrow(
      /`staus`: is not a documented field\. Did you mean "status"\?/,
    );
    expect(add({ route: "submit", zzzzzzzz: 1 })).toThrow(/`zzzzzzzz`: .*expected one of route, nth, after/);
    expect(add({ route: "sumbit" })).toThrow(/`route`: "sumbit" is not one of .*\. Did you mean "submit"\?/);
    expect(add({ status: 500 })).toThrow(/needs a `route`, one of: submit, status/);
  });

  test.each<[object, RegExp]>([
    [{ status: "500" }, /`status`: "500" given; expected integer\. Did you mean 500\?/],
    [{ status: 99 }, /`status`: 99 given; expected at least 100/],
    [{ status: 500.5 }, /`status`: 500\.5 given/],
    [{ reset: "later" }, /`reset`: "later" is not one of "head", "before", "after", "body"/],
    [{ status: 500, nth: 0 }, /`nth`: 0 given; expected at least 1/],
    [{ status: 500, nth: [1, "2"] }, /`nth\[1\]`: "2" given; expected integer/],
    [{ status: 500, times: -1 }, /`times`: -1 given; expected at least 0/],
    [{ status: 500, times: "allways" }, /`times`: "allways" is not .*Did you mean "always"\?/],
    [{ status: 500, after: NaN }, /`after`: NaN given/],
    [{ delayMs: NaN }, /`delayMs`: NaN given; expected a finite number/],
    [{ delayMs: Infinity }, /`delayMs`: Infinity given/],
    [{ cut: -5 }, /`cut`: -5 given; expected at least 0/],
    [{ state: 5 }, /`state`: 5 given; expected string/],
    [{ never: "true" }, /`never`: "true" given; expected boolean/],
    [{ drip: 5 }, /`drip`: 5 given; expected object/],
    [{ drip: { bytes: 5 } }, /`drip\.everyMs`: is required/],
    [{ drip: { everyMs: 5, bytes: 0 } }, /`drip\.bytes`: 0 given; expected at least 1/],
    [{ drip: { everyMs: 5, byte: 1 } }, /`drip\.byte`: .*Did you mean "bytes"\?/],
    [{ headers: { "a b": "c" } }, /`headers`: "a b" is not a header name/],
    [{ headers: { a: 5 } }, /`headers\.a`: 5 given; expected string or array or null/],
    [{ headers: { a: "b\r\nc: d" } }, /`a` must be a text without line breaks/],
    [{ retryAfter: "1\n2" }, /`retryAfter` must be a text without line breaks/],
    [{ patch: { request_id: undefined } }, /`patch` must hold only values that JSON can carry/],
    [{ patch: 5 }, /`patch`: 5 given; expected object/],
    [{ body: () => 1 }, /`body` must be a value that JSON can carry/],
    [{ omit: "status" }, /`omit`: "status" given; expected array/],
    [{}, /does nothing: say what is to happen, such as `status: 503`/],
    [{ nth: 2, times: "always" }, /does nothing/],
    [{ route: "connection", status: 500 }, /for a connection it needs `reset` or `never: true`/],
  ])("never where a value cannot be meant: %o", async (fault, message) => {
    const emulator = await start();
    const add = () => emulator.faults.add({ route: "any", ...fault } as Fault);
    expect(add).toThrow(message);
    expect(add).toThrow(expect.objectContaining({ code: "config" }));
    expect((await ask(emulator, "/prod/v2/balance")).status).toBe(200);
    const faults = [{ route: "any", ...fault } as Fault];
    await expect(start({ faults })).rejects.toThrow(message);
  });

  test("with every key that the type describes", async () => {
    const emulator = await start();
    const every: Required<Fault> = {
      route: "submit",
      nth: [1, 3],
      after: 1,
      times: "always",
      model: video.id,
      requestId: "job-1",
      processed: true,
      delayMs: 0.5,
      status: 200,
      headers: { "x-a": "1", "x-b": ["1", "2"], "x-c": null },
      retryAfter: "soon",
      body: null,
      html: false,
      redirect: "/x",
      patch: { request_id: null },
      omit: ["status"],
      state: "napping",
      otherJob: false,
      ignoreRange: true,
      cut: 0,
      cutReply: 0,
      cutWith: "fin",
      framing: "close",
      lengthOff: -5,
      reset: "body",
      drip: { everyMs: 1, bytes: 2, head: true },
      never: false,
      interim: 0,
      headerBytes: 0,
      encodings: 0,
      padBytes: 0,
      gzipBytes: 0,
    };
    expect(emulator.faults.add(every)).toHaveProperty("remove");
  });
});

describe("an answer may be replaced", () => {
  test("by a status with Retry-After: nothing is accepted unless that is asked for", async () => {
    const emulator = await start();
    emulator.faults.add(
      { route: "submit", status: 429, retryAfter: 7 },
      { route: "submit", status: 500, processed: true },
    );
    const refused = await ask(emulator, submitPath, { body });
    expect([refused.status, refused.headers.get("retry-after"), emulator.charged]).toEqual([429, "7", 0]);
    expect((await ask(emulator, submitPath, { body })).status).toBe(500);
    expect(emulator.charged).toBe(1);
  });

  test("by HTML, by a redirect, by a body of the caller's, by headers", async () => {
    const emulator = await start();
    const read = async (fault: Omit<Fault, "route">) => {
      emulator.faults.add({ route: "balance", ...fault });
      const url = `${emulator.url}/prod/v2/balance`;
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${emulator.token}` },
        redirect: "manual",
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    const html = await read({ html: true });
    expect([html.status, html.headers.get("content-type"), html.text.slice(0, 9)]).toEqual([
      200,
      "text/html",
      "<!doctype",
    ]);
    const moved = await read({ redirect: "https://elsewhere.example/", status: 307 });
    expect([moved.status, moved.headers.get("location")]).toEqual([307, "https://elsewhere.example/"]);
    expect((await read({ body: '{"half' })).text).toBe('{"half');
    expect((await read({ body: null, status: 200 })).text).toBe("null");
    const cached = await read({
      headers: { age: "900", "content-type": null, "set-cookie": ["a=1", "b=2"] },
    });
    expect([cached.headers.get("age"), cached.headers.get("content-type")]).toEqual(["900", null]);
    expect(cached.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("by wrong types, missing fields, unknown and earlier states, another job's id", async () => {
    const emulator = await start();
    const [first, second] = [await submit(emulator), await submit(emulator)];
    const look = async (fault: Omit<Fault, "route">) => {
      emulator.faults.add({ route: "status", ...fault });
      return (await ask(emulator, `/v1/requests/${first}/status`)).body;
    };
    expect(await look({ patch: { request_id: 7, queue_position: -1 } })).toMatchObject({
      request_id: 7,
      queue_position: -1,
    });
    expect(await look({ omit: ["status"] })).not.toHaveProperty("status");
    expect((await look({ state: "moderating" }))["status"]).toBe("moderating");
    expect((await look({ state: "in_queue" }))["status"]).toBe("in_queue");
    expect((await look({ otherJob: true }))["request_id"]).toBe(second);
  });
});

const ends = async (reset: NonNullable<Fault["reset"]>) => {
  const { text, end, charged } = await submitWithFault({ reset });
  return { answered: text !== "", end, charged };
};

describe("a reply may break", () => {
  test("cut at byte n of the body: the length says more, the job is accepted", async () => {
    const { text, end, charged } = await submitWithFault({ cut: 10 });
    expect([bodyPart(text).length, end, charged]).toEqual([10, "fin", 1]);
    expect(declaredLength(text)).toBeGreaterThan(100);
  });

  test("cut within the head", async () => {
    const { text, charged } = await submitWithFault({ cutReply: 15 });
    expect([text, charged]).toEqual(["HTTP/1.1 200 OK", 1]);
  });

  test("cut with a reset in place of an end", async () => {
    expect((await submitWithFault({ cut: 10, cutWith: "reset" })).end).toBe("reset");
  });

  test("chunked without its last chunk, or whole", async () => {
    const cut = await submitWithFault({ cut: 10, framing: "chunked" });
    expect(bodyPart(cut.text)).toMatch(/^b\r\n.{10}$/s);
    const whole = await submitWithFault({ framing: "chunked" });
    expect(bodyPart(whole.text)).toMatch(/^[0-9a-f]+\r\n\{.*\}\r\n0\r\n\r\n$/s);
  });

  test("framed by the end of the connection, so that a cut cannot be seen", async () => {
    const { text, end } = await submitWithFault({ cut: 10, framing: "close" });
    expect([bodyPart(text).length, declaredLength(text), end]).toEqual([10, NaN, "fin"]);
  });

  test("with a length that lies, both ways", async () => {
    for (const lengthOff of [5, -5]) {
      const { text } = await submitWithFault({ lengthOff });
      expect(declaredLength(text) - bodyPart(text).length).toBe(lengthOff);
    }
  });

  test("reset before the body was read, before or after the job was accepted, or within the answer", async () => {
    expect(await ends("head")).toEqual({ answered: false, end: "reset", charged: 0 });
    expect(await ends("before")).toEqual({ answered: false, end: "reset", charged: 0 });
    expect(await ends("after")).toEqual({ answered: false, end: "reset", charged: 1 });
    expect(await ends("body")).toMatchObject({ end: "reset", charged: 1 });
  });

  test("reset at the connection, before any request", async () => {
    const emulator = await start({ faults: [{ route: "connection", reset: "head" }] });
    expect((await talk(emulator, submitBytes(emulator))).end).toBe("reset");
    expect(emulator.requests).toEqual([]);
    expect((await ask(emulator, submitPath, { body })).status).toBe(200);
  });
});

test("a connection may stay silent, and an answer may be 204", async () => {
  const emulator = await start();
  emulator.faults.add({ route: "connection", never: true }, { route: "balance", status: 204 });
  const socket = connect(Number(new URL(emulator.url).port), "127.0.0.1");
  await once(socket, "connect");
  let said = "";
  socket.on("data", (data) => (said += String(data)));
  socket.write(readBytes(emulator, "/prod/v2/balance"));
  // Connections are taken in the order in which they were opened: this one is answered, so that one was met before.
  const { text } = await talk(emulator, readBytes(emulator, "/prod/v2/balance"));
  expect([emulator.requests.length, said]).toEqual([1, ""]);
  socket.destroy();
  expect(text).toMatch(/^HTTP\/1\.1 204 No Content\r\n/);
  expect(text).not.toMatch(/content-length/);
  expect(bodyPart(text)).toBe("");
});

describe("a reply may be slow", () => {
  test("it waits for the clock", async () => {
    const clock = createManualClock();
    const emulator = await start({ clock, faults: [{ route: "balance", delayMs: 5_000 }] });
    const seen = emulator.nextRequest();
    const answer = ask(emulator, "/prod/v2/balance").then(() => clock.now());
    await seen;
    expect(await clock.drive(answer, { stepMs: 1_000 })).toBeGreaterThanOrEqual(5_000);
  });

  test("it drips byte by byte", async () => {
    const clock = createManualClock();
    const drip = { everyMs: 100 };
    const emulator = await start({ clock, faults: [{ route: "balance", drip, body: '{"a":1}' }] });
    const pieces: string[] = [];
    const reply = talk(emulator, readBytes(emulator, "/prod/v2/balance"), (soFar) =>
      pieces.push(bodyPart(soFar)),
    );
    await clock.drive(reply, { stepMs: 100 });
    expect(pieces.at(-1)).toBe('{"a":1}');
    expect(pieces.length).toBeGreaterThanOrEqual(7);
    expect(clock.now()).toBeGreaterThanOrEqual(700);
  });

  test("it never comes, and the caller can leave", async () => {
    const emulator = await start({ faults: [{ route: "submit", never: true }] });
    const seen = emulator.nextRequest();
    const leave = new AbortController();
    const answer = fetch(`${emulator.url}${submitPath}`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: leave.signal,
    });
    expect((await seen).status).toBeUndefined();
    leave.abort();
    await expect(answer).rejects.toThrow(/abort/i);
    expect(emulator.charged).toBe(1);
  });
});

describe("a reply may be a bomb", () => {
  test("of interim answers", async () => {
    const { text } = await submitWithFault({ interim: 300 });
    expect(text.split("HTTP/1.1 102 ").length - 1).toBe(300);
    expect(text).toContain("HTTP/1.1 200 OK");
  });

  test("of headers, of codings", async () => {
    expect((await submitWithFault({ headerBytes: 50_000 })).text.length).toBeGreaterThan(50_000);
    expect((await submitWithFault({ encodings: 2_000 })).text.split("gzip").length - 1).toBe(2_000);
  });

  test("of spaces, as long as it says", async () => {
    const { text } = await submitWithFault({ padBytes: 3_000_000 });
    expect(bodyPart(text).length).toBe(declaredLength(text));
    expect(bodyPart(text).length).toBeGreaterThan(3_000_000);
  });

  test("of spaces in chunks, that a client can still read", async () => {
    const emulator = await start();
    emulator.faults.add({ route: "balance", padBytes: 2_500_000, framing: "chunked" });
    expect((await ask(emulator, "/prod/v2/balance")).body).toHaveProperty("balance_usd");
  });

  test.each<Omit<Fault, "route">>([
    { padBytes: 3_000_000 },
    { gzipBytes: 3_000_000_000 },
    { padBytes: 3_000_000, framing: "close" },
  ])("that is cut on its way: %j", async (bomb) => {
    const { text } = await submitWithFault({ ...bomb, cut: 2_000_000 });
    expect(bodyPart(text).length).toBe(2_000_000);
  });

  test("of spaces in chunks, cut on its way: the last chunk never ends", async () => {
    const { text } = await submitWithFault({ padBytes: 3_000_000, framing: "chunked", cut: 2_000_000 });
    expect(bodyPart(text).length).toBeLessThan(2_000_100);
    expect(text.endsWith("\r\n0\r\n\r\n")).toBe(false);
  });

  test("of gzip: little on the wire, much unpacked, and still JSON", async () => {
    const { text } = await submitWithFault({ gzipBytes: 30_000_000 });
    const packed = Buffer.from(bodyPart(text), "latin1");
    expect(packed.byteLength).toBe(declaredLength(text));
    expect(packed.byteLength).toBeLessThan(100_000);
    const unpacked = gunzipSync(packed);
    expect(unpacked.byteLength).toBeGreaterThan(30_000_000);
    expect(JSON.parse(unpacked.toString())).toHaveProperty("request_id");
  });
});

test("a file may break too: ranges ignored, bytes missing, an address that has expired", async () => {
  const emulator = await start();
  const url = `${emulator.url}/media/${await submit(emulator)}/0.mp4`;
  emulator.faults.add(
    { route: "media", ignoreRange: true },
    { route: "media", status: 403 },
    { route: "media", headers: { etag: '"changed"', "content-range": "bytes 5-9/10" } },
  );
  const get = () => fetch(url, { headers: { range: "bytes=0-4" } });
  expect((await get()).status).toBe(200);
  expect((await get()).status).toBe(403);
  const strange = await get();
  expect([strange.status, strange.headers.get("etag"), strange.headers.get("content-range")]).toEqual([
    206,
    '"changed"',
    "bytes 5-9/10",
  ]);
});
