import { describe, expect, test } from "vitest";
import { classify, freeRows, submitRows } from "../../src/protocol/classify.js";
import type { About, Outcome } from "../../src/protocol/classify.js";
import { readExchange } from "../../src/protocol/exchange.js";
import type { Exchange } from "../../src/protocol/exchange.js";

/** An exchange that differs from a whole, empty 200 in these members. */
interface Given extends Partial<Pick<Exchange, "phase" | "status" | "failure" | "tooLong">> {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly about?: Omit<About, "call"> & { readonly call?: About["call"] };
}

/** The members of an outcome that a case asserts; the `id` of a case that names no job is left out. */
type Expected = Omit<Outcome, "id"> & Partial<Pick<Outcome, "id">>;

type Case = readonly [name: string, given: Given, expected: Expected];

const outcomeOf = ({ body = "", headers = {}, about, ...given }: Given, call: About["call"]): Outcome => {
  const exchange: Exchange = {
    request: "POST https://localhost/v1/models/a/b",
    phase: "answered",
    status: 200,
    header: (name) => headers[name],
    text: () => (typeof body === "string" ? body : JSON.stringify(body)),
    ...given,
  };
  return classify(readExchange(exchange, String, 0), { call, ...about });
};

const failed = (code: string) => Object.assign(new Error("failed"), { code });
const id = "job-1";
const named = { request_id: id };
const job = { id, model: "a/b" };
const page = { "content-type": "text/html" };
const soon = { "retry-after": "1" };

const lasting = { kind: "never_left_lasting", charged: "no", repeat: "never" } as const;
const neverLeft = { kind: "never_left", charged: "no", repeat: "after interval" } as const;
const cut = { kind: "cut", charged: "unknown", repeat: "never" } as const;
const isPage = { kind: "page", charged: "unknown", repeat: "never" } as const;
const accepted = { kind: "accepted", charged: "yes", repeat: "never", id } as const;
const tokenRefused = { kind: "token_refused", charged: "no", repeat: "with new token" } as const;
const refused = { kind: "refused", charged: "no", repeat: "never" } as const;
const tooMany = { kind: "too_many_requests", charged: "no", repeat: "after Retry-After" } as const;
const notHandled = { kind: "not_handled", charged: "no", repeat: "after Retry-After" } as const;
const unclear = { kind: "unclear", charged: "unknown", repeat: "never" } as const;

const submitCases: readonly Case[] = [
  ["a fault of the program", { phase: "connecting", status: 0, failure: new TypeError("x") }, lasting],
  [
    "an expired certificate",
    { phase: "connecting", status: 0, failure: failed("CERT_HAS_EXPIRED") },
    lasting,
  ],
  [
    "a certificate in the cause",
    {
      phase: "connecting",
      status: 0,
      failure: new Error("x", { cause: failed("DEPTH_ZERO_SELF_SIGNED_CERT") }),
    },
    lasting,
  ],
  [
    "a failure that throws when it is read",
    {
      phase: "connecting",
      status: 0,
      failure: {
        get code(): never {
          throw new Error("no");
        },
      },
    },
    neverLeft,
  ],
  ["a refused connection", { phase: "connecting", status: 0, failure: failed("ECONNREFUSED") }, neverLeft],
  ["a connection without a reason", { phase: "connecting", status: 0 }, neverLeft],
  ["lost while sending", { phase: "sending", status: 0, failure: failed("ECONNRESET") }, cut],
  ["a fault of the program after the start", { phase: "sending", status: 0, failure: new TypeError() }, cut],
  ["lost while waiting", { phase: "waiting", status: 0 }, cut],
  ["cut before the id", { phase: "reading", body: '{"request_id":"job-' }, { ...cut, id: undefined }],
  ["cut behind the id", { phase: "reading", body: '{"request_id":"job-1",' }, { ...cut, id }],
  ["cut behind a whole answer", { phase: "reading", body: named }, { ...cut, id }],
  ["too long, with an id", { phase: "reading", tooLong: true, body: named }, { ...cut, id }],
  [
    "cut behind an error code",
    { phase: "reading", body: '{"error_code":500001,"request_id":"job-1",' },
    { ...cut, id },
  ],
  ["a cut refusal with an id", { phase: "reading", status: 400, body: named }, { ...cut, id }],
  ["a cut 503 with an id", { phase: "reading", status: 503, body: named }, { ...cut, id }],
  ["a page", { body: "<html>" }, isPage],
  ["a page in place of a refusal", { status: 403, body: "<html>" }, isPage],
  ["a page that asks to wait", { status: 429, headers: { ...page, ...soon } }, isPage],
  ["JSON that is called a page", { body: named, headers: page }, { ...isPage, id }],
  ["200 with an id", { body: named }, accepted],
  ["202 with an id", { status: 202, body: named }, accepted],
  ["an id of digits", { body: '{"request_id":96860978123456789}' }, { ...unclear, id: undefined }],
  ["the same id twice", { body: '{"request_id":"job-1","request_id":"job-1"}' }, accepted],
  ["an escaped name of the id", { body: '{"request\\u005fid":"job-1"}' }, accepted],
  ["an id and an empty error code", { body: { ...named, error_code: "" } }, accepted],
  ["an id and a code that is no error's", { body: { ...named, code: 500001 } }, accepted],
  ["an id far behind its name", { body: `{"request_id":${" ".repeat(5000)}"job-1"}` }, accepted],
  ["401", { status: 401 }, tokenRefused],
  ["400 that means 401", { status: 400, body: { error_code: 400004 } }, tokenRefused],
  ["401 that means 403", { status: 401, body: { error_code: 403001 } }, tokenRefused],
  ["200 that means 401", { body: { error_code: 401001 } }, tokenRefused],
  ["401 with an id", { status: 401, body: named }, { ...tokenRefused, id }],
  ["200 that means 400", { body: { error_code: 400001 } }, refused],
  ["200 that means 402", { body: { error_code: "400002" } }, refused],
  ["200 that means 429", { body: { error_code: 429001 } }, refused],
  ["200 that means 404, with an id", { body: { error_code: 404001, ...named } }, { ...refused, id }],
  ...[400, 402, 403, 404, 405, 413, 415, 422].map((status): Case => [
    `${status}`,
    { status, body: {} },
    { ...refused, id: undefined },
  ]),
  ["403 that means 401", { status: 403, body: { error_code: 401001 } }, refused],
  ["400 that means 402", { status: 400, body: { error_code: 400002 } }, refused],
  ["400 that means 500", { status: 400, body: { error_code: 500001 } }, refused],
  ["422 with an id", { status: 422, body: named }, { ...refused, id }],
  [
    "422 with two ids",
    { status: 422, body: '{"request_id":"a","request_id":"b"}' },
    { ...refused, id: undefined },
  ],
  ["422 with an id inside", { status: 422, body: { more: named } }, { ...refused, id: undefined }],
  ["429", { status: 429 }, { ...tooMany }],
  ["429 with an id", { status: 429, body: named, headers: soon }, { ...tooMany, id }],
  ["503 with Retry-After and JSON", { status: 503, body: {}, headers: soon }, notHandled],
  ["503 with an id", { status: 503, body: named, headers: soon }, { ...notHandled, id }],
  ["a second 503", { status: 503, body: {}, headers: soon, about: { isRepeated: true } }, unclear],
  ["503 without Retry-After", { status: 503, body: {} }, unclear],
  ["503 without JSON", { status: 503, body: "busy", headers: soon }, unclear],
  ["a bare 503 with an id", { status: 503, body: named }, { ...unclear, id }],
  ...[302, 408, 409, 425, 500, 502, 504, 520].map((status): Case => [
    `${status} with an id`,
    { status, body: named },
    { ...unclear, id },
  ]),
  ["a redirect of a browser", { status: 0 }, unclear],
  ["500 that means 401", { status: 500, body: { error_code: 401001 } }, unclear],
  ...[408001, 409001, 425001, 500001, "E_BUSY"].map((code): Case => [
    `200 with ${code} and an id`,
    { body: { error_code: code, ...named } },
    { ...unclear, id },
  ]),
  ["an empty 200", {}, { ...unclear }],
  ["200 with JSON that is damaged", { body: '{"request_id":"job-1",' }, { ...unclear, id }],
  ["200 whose last id is none", { body: '{"request_id":"job-1","request_id":5}' }, { ...unclear, id }],
  ["200 with a hostile id", { body: { request_id: "../x" } }, { ...unclear, id: undefined }],
  ["200 with two ids", { body: '{"request_id":"a","request_id":"b"}' }, { ...unclear, id: undefined }],
];

const free = (kind: Outcome["kind"], repeat: Outcome["repeat"]): Expected => ({
  kind,
  charged: "no",
  repeat,
});
const noAnswer = free("no_answer", "after interval");
const notReady = free("not_ready", "after interval");
const newToken = free("token_refused", "with new token");
const fault = free("fault", "after interval");

const freeCases: readonly Case[] = [
  ["too long", { phase: "reading", tooLong: true }, free("too_long", "never")],
  [
    "a bad certificate",
    { phase: "sending", failure: new TypeError("x", { cause: failed("CERT_HAS_EXPIRED") }) },
    free("no_answer_lasting", "never"),
  ],
  ["a lost connection", { phase: "sending", status: 0, failure: new TypeError("fetch failed") }, noAnswer],
  ["a cut answer", { phase: "reading", body: '{"status":"in_q' }, noAnswer],
  ["an answer", { body: { status: "in_queue" } }, free("answered", "never")],
  ["an answer with a code of its own", { body: { code: 500001 } }, free("answered", "never")],
  [
    "an answer whose error code tells how the job ended",
    { body: { ...named, status: "failed", error_code: 500001 }, about: { job } },
    free("answered", "never"),
  ],
  [
    "the same for another job",
    { body: { request_id: "job-2", status: "failed", error_code: 500001 }, about: { job } },
    fault,
  ],
  [
    "an answer about another job",
    { body: { request_id: "job-2", status: "completed" }, about: { job } },
    fault,
  ],
  ["a status without a word", { body: named, about: { job } }, fault],
  ["a cancel without a word", { body: named, about: { job, call: "cancel" } }, free("answered", "never")],
  [
    "a result that is early",
    { status: 400, body: { error_code: 400005 }, about: { call: "result" } },
    notReady,
  ],
  [
    "a result that is early, in a 200",
    { body: { error_code: "400005" }, about: { call: "result" } },
    notReady,
  ],
  ["the same code of a status", { status: 400, body: { error_code: 400005 } }, free("refused", "never")],
  ["a page", { body: "<html>" }, fault],
  ["a list", { body: "[]" }, fault],
  ["a redirect of a browser", { status: 0 }, fault],
  ["401", { status: 401 }, newToken],
  ["400 that means 401", { status: 400, body: { error_code: 400004 } }, newToken],
  ["200 that means 401", { body: { error_code: 401001 } }, newToken],
  ["404", { status: 404, body: { error_code: 404001 } }, free("missing", "never")],
  ["200 that means 404", { body: { error_code: 404001 } }, free("missing", "never")],
  ["a page with 404", { status: 404, body: "<html>" }, free("refused", "never")],
  ["429", { status: 429, headers: soon }, free("too_many_requests", "after Retry-After")],
  ["200 that means 429", { body: { error_code: 429001 } }, free("too_many_requests", "after Retry-After")],
  ...[302, 408, 425, 500, 502, 503, 520].map((status): Case => [`${status}`, { status }, fault]),
  ["200 that means 500", { body: { error_code: 500001 } }, fault],
  ...[400, 402, 403, 405, 409, 422].map((status): Case => [
    `${status}`,
    { status },
    free("refused", "never"),
  ]),
  ["403 that means 401", { status: 403, body: { error_code: 401001 } }, free("refused", "never")],
];

describe("B0: the paid request", () => {
  test.for(submitCases)("%s", ([, given, expected]) => {
    expect(outcomeOf(given, "submit")).toMatchObject(expected);
  });

  test("every row is reached", () => {
    const reached = new Set(submitCases.map(([, given]) => outcomeOf(given, "submit").kind));
    expect([...reached].sort()).toEqual(submitRows.map(({ kind }) => kind).sort());
  });
});

describe("B3: all other requests", () => {
  test.for(freeCases)("%s", ([, given, expected]) => {
    expect(outcomeOf(given, "status")).toMatchObject({ ...expected, id: undefined });
  });

  test("every row is reached", () => {
    const reached = new Set(freeCases.map(([, given]) => outcomeOf(given, "status").kind));
    expect([...reached].sort()).toEqual(freeRows.map(({ kind }) => kind).sort());
  });
});

test("no job is asked for that a free answer names", () => {
  expect(outcomeOf({ status: 404, body: named }, "cancel")).toMatchObject({
    id: undefined,
  });
});
