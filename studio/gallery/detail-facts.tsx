import type { ComponentChildren, JSX } from "preact";
import type { StudioJob } from "../../src/studio/job-api-types.js";
import { CopyButton } from "../app/copy-button.js";
import { NewTab } from "../app/new-tab.js";
import { linkTo } from "../app/route.js";
import { captionOf, elapsedMs, showDate, showTime, showUsd } from "../app/words.js";
import { factsOf, isGiven } from "../form/given-files.js";
import { JobProgress } from "../jobs/job-progress.js";
import { UnknownOutcome } from "../jobs/unknown-outcome.js";
import { DetailActions } from "./detail-actions.js";

export function DetailFacts({ job }: { job: StudioJob }): JSX.Element {
  return (
    <div class="facts-column">
      <h2 id="detail-title" class="detail-title" tabIndex={-1} autoFocus>
        {captionOf(job)}
      </h2>
      <JobProgress job={job} />
      {job.error && job.state !== "unknown" && <p class="problem">{job.error.message}</p>}
      {job.state === "unknown" && <UnknownOutcome job={job} />}
      <DetailActions job={job} />
      <dl class="facts-list">
        <Fact name="Model">
          <a href={linkTo({ view: "model", id: job.model })}>{job.title}</a>
          <code>{job.model}</code>
        </Fact>
        <Fact name="Started">{showDate(job.startedAt)}</Fact>
        {job.endedAt !== undefined && <Fact name="Took">{showTime(elapsedMs(job, 0))}</Fact>}
        <Fact name="Cost">{costOf(job)}</Fact>
        {job.job !== undefined && (
          <Fact name="Request id">
            <code>{job.job}</code> <CopyButton text={job.job} label="Copy the request id" />
          </Fact>
        )}
        {job.otherJobs?.map((id) => (
          <Fact key={id} name="Another job, perhaps paid">
            <code>{id}</code>
          </Fact>
        ))}
        {job.batch !== undefined && (
          <Fact name="Batch">
            {job.batch}
            {/new|held/.test(job.state) && ", which sends this row itself"}
          </Fact>
        )}
      </dl>
      <Input job={job} />
      {job.manifest !== undefined && <NewTab href={job.manifest}>Manifest</NewTab>}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function costOf({ costUsd, usd }: StudioJob): string {
  if (costUsd !== undefined) return showUsd(costUsd);
  return usd === undefined ? "not known" : `about ${showUsd(usd)}, as estimated`;
}

function Input({ job }: { job: StudioJob }): JSX.Element {
  const text = job.input === undefined ? "" : JSON.stringify(job.input, undefined, 2);
  return (
    <section class="input-facts" aria-labelledby="input-title">
      <div class="panel-head">
        <h3 id="input-title">Input</h3>
        {text !== "" && <CopyButton text={text} label="Copy the input as JSON" />}
      </div>
      {job.input === undefined ? (
        <p class="quiet-text">The record kept no input.</p>
      ) : (
        <dl class="input-list">
          {Object.entries(job.input).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{showValue(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function showValue(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return isGiven(value) ? factsOf(value).name : value;
}
