import { isPassing } from "./http.js";
import type { Http } from "./http.js";
import { checkOwn, lookAtStatus, requestPath } from "./looks.js";
import { retryGap } from "./backoff.js";
import type { JobRef } from "./errors.js";
import { ConnectionError } from "./errors.js";
import { isFinal, readState } from "./status.js";
import type { JobStatus } from "./status.js";
import { pause } from "./time.js";
import type { CancelResult } from "./surface.js";
import type { Signals } from "./time.js";

/** How often an unclear cancel is asked again: it costs nothing and does no harm. */
const mostAttempts = 5;

/** Asks for the cancel; where the answer is lost or means nothing, the job's status decides. */
export const cancel = async (http: Http, job: JobRef, signals: Signals): Promise<CancelResult> => {
  const { clock, random } = http.settings;
  const path = requestPath(job.id, "cancel");
  let failure: unknown;
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    let outcome = "";
    try {
      const reply = await http.send({ make: (api, init) => api.POST(path, init), signals, job });
      const word = checkOwn(reply, job)["outcome"];
      if (typeof word === "string") outcome = word.trim().toLowerCase();
      if (readState(outcome) === "cancelled") return { outcome: "cancelled", status: "cancelled" };
      failure = undefined;
    } catch (error) {
      if (!isPassing(error)) throw error;
      failure = error;
    }
    const status = await readStatus(http, job, signals);
    if (status === "cancelled") return { outcome: "cancelled", status };
    const refused = outcome === "not_cancellable" || (status === "in_progress" && attempt > 1);
    if (refused || (status && isFinal(status)))
      return { outcome: "not_cancellable", status: status ?? "unknown" };
    await pause(clock, retryGap(attempt, random), signals);
  }
  throw new ConnectionError(
    `Nobody can tell whether job ${job.id} was cancelled: POST ${http.settings.baseUrl}${path} got no usable answer ` +
      `${mostAttempts} times. Ask again, or wait for the job.`,
    { job, cause: failure },
  );
};

const readStatus = async (http: Http, job: JobRef, signals: Signals): Promise<JobStatus | undefined> => {
  try {
    return (await lookAtStatus(http, job, signals)).update.status;
  } catch (error) {
    if (!isPassing(error)) throw error;
    return undefined;
  }
};
