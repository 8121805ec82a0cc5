import type { QueuedJob } from "../jobs/emulated-job.js";
import { writeState } from "./job-calls.js";
import { respondJson } from "./service-response.js";
import type { ServiceResponse } from "./service-response.js";
import type { ServiceState } from "./service-state.js";

/**
 * The response to a cancel. A job in the queue is cancelled, and its money given back; one that was cancelled before is told to be
 * cancelled; one that runs, succeeded or failed stays as it is and cannot be cancelled.
 */
export function respondCancel(state: ServiceState, job: QueuedJob): ServiceResponse {
  if (state.queue.cancel(job)) {
    job.charged = false;
    state.balances.set(job.account, state.balances.get(job.account)! + job.costMicrodollars);
  }
  const outcome = job.state === "cancelled" ? "cancelled" : "not_cancellable";
  return respondJson({ request_id: job.id, status: writeState(job), outcome }, 202);
}
