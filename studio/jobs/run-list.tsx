import type { JSX } from "preact";
import { Button } from "../app/button.js";
import { Problem } from "../app/problem.js";
import { useMemo } from "preact/hooks";
import type { StudioJob } from "../../src/studio/job-api-types.js";
import { memo } from "../app/memo.js";
import { linkTo } from "../app/route.js";
import { captionOf } from "../app/words.js";
import { Thumb } from "../gallery/thumb.js";
import { changeJob, isActive, isCancellable, jobs, listSeen } from "../state/jobs.js";
import { useStore } from "../state/store.js";
import { JobProgress } from "./job-progress.js";
import { UnknownOutcome } from "./unknown-outcome.js";
import { useAction } from "./use-action.js";

const mostShown = 8;

/** The newest jobs of a model, and those of others that still run. */
export function RunList({ model }: { model: string }): JSX.Element {
  const seen = useStore(jobs);
  const shown = useMemo(
    () =>
      listSeen(seen)
        .filter((job) => job.model === model || isActive(job))
        .slice(0, mostShown),
    [seen, model],
  );
  return (
    <section class="panel runs" aria-labelledby="runs-title">
      <div class="panel-head">
        <h2 id="runs-title">Runs</h2>
        <a href={linkTo({ view: "gallery" })}>Gallery</a>
      </div>
      {shown.length === 0 ? (
        <p class="quiet-text">Nothing yet. The results appear here.</p>
      ) : (
        <ul>
          {shown.map((job) => (
            <RunItem key={job.key} job={job} isOther={job.model !== model} />
          ))}
        </ul>
      )}
    </section>
  );
}

const RunItem = memo(function RunItem({ job, isOther }: { job: StudioJob; isOther: boolean }): JSX.Element {
  const { isBusy, problem, run } = useAction();
  const caption = isOther ? job.title : captionOf(job);
  return (
    <li class="run-item">
      <a class="run-link" href={linkTo({ view: "gallery", key: job.key })} aria-label={`Open ${caption}`}>
        <Thumb job={job} />
      </a>
      <div class="run-text">
        <p class="caption">{caption}</p>
        <JobProgress job={job} />
        {job.error && job.state !== "unknown" && <p class="problem">{job.error.message}</p>}
        <Problem>{problem}</Problem>
      </div>
      {isCancellable(job) && (
        <Button class="small" disabled={isBusy} onClick={() => run(() => changeJob(job.key, "cancel"))}>
          Cancel
        </Button>
      )}
      {job.state === "unknown" && <UnknownOutcome job={job} />}
    </li>
  );
});
