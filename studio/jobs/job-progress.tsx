import type { JSX } from "preact";
import type { StudioJob } from "../../src/studio/job-api-types.js";
import { elapsedMs, showState, showTime, showUsd } from "../app/words.js";
import { isActive } from "../state/jobs.js";
import { useNow } from "./now.js";

/** The step of a job, its place in the queue, its time and its cost, in one line. */
export function JobProgress({ job }: { job: StudioJob }): JSX.Element {
  const active = isActive(job);
  const nowMs = useNow(active);
  const cost = job.costUsd ?? job.usd;
  return (
    <div class="progress" data-state={job.state}>
      <span class="state">
        <span class="dot" data-active={active || undefined} />
        {showState(job)}
      </span>
      {(active || job.endedAt !== undefined || job.tookMs !== undefined) && (
        <span class="time">{showTime(elapsedMs(job, nowMs))}</span>
      )}
      {cost !== undefined && <span class="cost">{showUsd(cost)}</span>}
      {active && <span class="bar" />}
    </div>
  );
}
