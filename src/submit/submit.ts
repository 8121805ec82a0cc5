import { paidPost } from "#paid-post";
import { modelPath } from "../protocol/paths.js";
import { shorten } from "../protocol/answer.js";
import type { Body } from "../protocol/answer.js";
import { retryGap } from "../time/rate-limiter.js";
import { AuthError } from "../errors/errors.js";
import type { Http, MakeCall } from "../wire/requests.js";
import { lookAtStatus } from "../job/job-requests.js";
import { pause } from "../time/clock.js";
import type { Signals } from "../time/clock.js";
import { judgeAnswer, judgeFailure, judgeUnclear } from "./outcome.js";
import type { Accepted, Sent, Verdict } from "./outcome.js";

/** One paid call: the body is JSON already, so that later changes to the input do not matter. */
export interface Submission {
  readonly modelId: string;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends the paid POST and gives the job. It is sent again only when it provably never left, or when the service
 * said that it did not take it; what is unclear rejects with a SubmitUnknownError.
 */
export async function submit(http: Http, submission: Submission): Promise<Accepted> {
  const { settings, tokens, pace } = http;
  const { clock, random } = settings;
  const signals = [submission.signal, settings.signal];
  const start = clock.now();
  let token = await tokens.get(signals);
  let refreshed = false;
  let retried = false;
  for (let failures = 0; ;) {
    if (pace.isSlow()) await pace.turnWithin(start + submission.timeoutMs - clock.now(), signals);
    const sentAt = clock.now();
    const verdict = await attempt(http, submission, token, retried, signals);
    if ("id" in verdict) {
      pace.recover();
      return verdict;
    }
    const { error, retryAfterMs } = verdict;
    const { status: refused } = error as { status?: number };
    if (error instanceof AuthError && refused !== 403 && !refreshed) {
      const other = await tokens.replace(token, signals);
      if (!other) throw error;
      refreshed = true;
      token = other;
      continue;
    }
    if (retryAfterMs === undefined) throw error;
    const wait = retryAfterMs || retryGap(++failures, random);
    const patience = refused
      ? submission.timeoutMs
      : Math.min(submission.timeoutMs, settings.submitTimeoutMs);
    if (clock.now() + wait > start + patience || !(refused === 429 || pace.mayRetry())) throw error;
    if (refused === 429) pace.slow(sentAt, wait);
    else await pause(clock, wait, signals);
    retried ||= refused === 503;
  }
}

/** One POST on the wire at most. */
async function attempt(
  http: Http,
  { modelId, body }: Submission,
  token: string,
  retried: boolean,
  signals: Signals,
): Promise<Verdict> {
  const { settings, tokens } = http;
  const make: MakeCall = (api, init) =>
    // JSON already: what the caller changes later is not sent.
    api.POST(modelPath(modelId), { ...init, body: body as never, bodySerializer: String });
  const answer = await http.exchange(make, token, settings.submitTimeoutMs, signals, paidPost);
  const sent: Sent = { modelId, answer, retried };
  const aborted = signals.find((signal) => signal?.aborted);
  if (aborted && answer.phase !== "answered") {
    if (answer.phase === "connecting") throw aborted.reason;
    const { found } = judgeUnclear(sent) as { found?: string };
    return judgeUnclear(sent, aborted.reason, "aborted", found);
  }
  const verdict = answer.phase === "answered" ? judgeAnswer(sent) : judgeFailure(sent, tokens.scrub);
  if ("id" in verdict) noteAddresses(http, verdict.id, verdict.body);
  return "found" in verdict && verdict.found ? adopt(http, sent, verdict.found, signals, verdict) : verdict;
}

/** Addresses in answers are data: they are compared, never used. */
function noteAddresses({ settings }: Http, id: string, body: Body): void {
  for (const call of ["status", "result", "cancel"]) {
    const given = body[`${call}_url`];
    const own = `${settings.baseUrl}/v1/requests/${id}/${call}`;
    // Only a string becomes text for sure, and nothing may fail once the job is paid.
    const shown = typeof given === "string" ? shorten(given) : typeof given;
    if (given !== own) settings.log("info", `${call}_url is ${shown}; ${own} is used instead.`);
  }
}

/** An id that came whole in a damaged answer is asked for: if the service knows it, it is the job. */
async function adopt(
  http: Http,
  sent: Sent,
  id: string,
  signals: Signals,
  verdict: Verdict,
): Promise<Verdict> {
  try {
    const { reply } = await lookAtStatus(http, { id, model: sent.modelId }, signals, http.ask);
    http.settings.log("warn", `The answer to ${sent.answer.call} was damaged; job ${id} was found in it.`);
    return { id, body: reply.body, retryAfterMs: reply.retryAfterMs };
  } catch {
    const { cause } = (verdict as { error: Error }).error;
    return judgeUnclear(
      sent,
      signals.find((signal) => signal?.aborted)?.reason ?? cause,
      "damaged answer",
      id,
    );
  }
}
