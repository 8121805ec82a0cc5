import type { JSX } from "preact";
import { Button } from "../app/button.js";
import { Problem } from "../app/problem.js";
import { useRef, useState } from "preact/hooks";
import type { ApiInput, CheckAnswer } from "../../src/studio/api-types.js";
import type { StudioJob } from "../../src/studio/job-api-types.js";
import { request } from "../api/requests.js";
import { Icon } from "../app/icon.js";
import { go } from "../app/route.js";
import { showCount, showUsd } from "../app/words.js";
import { openDraft } from "../form/draft.js";
import { RunBar } from "../form/run-bar.js";
import { useRun } from "../form/run.js";
import { useAction } from "../jobs/use-action.js";
import { announce } from "../state/announcer.js";
import { changeJob, deleteJob, isCancellable } from "../state/jobs.js";
import { FavouriteButton } from "./tile.js";

/** Everything that can be done with a record. */
export function DetailActions({ job }: { job: StudioJob }): JSX.Element {
  const [open, setOpen] = useState<"again" | "delete">();
  const { isBusy, problem, run } = useAction();
  const toggle = (part: "again" | "delete"): void => setOpen(open === part ? undefined : part);
  return (
    <>
      <div class="actions">
        {isCancellable(job) && (
          <Button disabled={isBusy} onClick={() => run(() => changeJob(job.key, "cancel"))}>
            Cancel
          </Button>
        )}
        {job.sendable && (
          <Button disabled={isBusy} onClick={() => run(() => sendNow(job))}>
            {job.usd === undefined ? "Send, price not known" : `Send for ${showUsd(job.usd)}`}
          </Button>
        )}
        {job.input !== undefined && (
          <>
            <Button aria-expanded={open === "again"} onClick={() => toggle("again")}>
              <Icon name="again" /> Again
            </Button>
            <Button onClick={() => change(job)}>Change and run</Button>
          </>
        )}
        {job.fetchable && (
          <Button disabled={isBusy} onClick={() => run(() => changeJob(job.key, "fetch"))}>
            Fetch the files
          </Button>
        )}
        {job.files.some(({ url }) => url !== undefined) && (
          <Button disabled={isBusy} onClick={() => run(() => changeJob(job.key, "reveal"))}>
            Show in the folder
          </Button>
        )}
        <FavouriteButton job={job} />
        <Button class="quiet" aria-expanded={open === "delete"} onClick={() => toggle("delete")}>
          Delete…
        </Button>
      </div>
      <Problem>{problem}</Problem>
      {open === "again" && job.input !== undefined && <RunAgain job={job} input={job.input} />}
      {open === "delete" && <DeleteQuestion job={job} close={() => setOpen(undefined)} />}
    </>
  );
}

/** Sends a job that never was, for no more than the button says. */
function sendNow({ key, usd }: StudioJob): Promise<void> {
  return changeJob(key, "retry", usd === undefined ? {} : { agreedUsd: usd });
}

/** Puts the input of a record into the form of its model. */
function change(job: StudioJob): void {
  const draft = openDraft(job.model);
  const before = draft.get();
  draft.set(job.input ?? {});
  go({ view: "model", id: job.model });
  if (Object.keys(before).length > 0) {
    announce("The form was replaced.", { label: "Undo", run: () => draft.set(before) });
  }
}

/** The same steps as in the form: check, see the price, run. */
function RunAgain({ job, input }: { job: StudioJob; input: ApiInput }): JSX.Element {
  const [answer, setAnswer] = useState<CheckAnswer>();
  const checkNow = async (): Promise<CheckAnswer> => {
    const checked = await request<CheckAnswer>("POST", "/api/check", {
      model: job.model,
      input,
      measure: true,
    });
    setAnswer(checked);
    return checked;
  };
  const run = useRun(job.model, input, { checkNow });
  return (
    <div class="again">
      <RunBar
        run={run}
        check={{ answer, issues: answer?.issues ?? [], isCurrent: true }}
        otherIssues={answer?.issues ?? []}
      />
    </div>
  );
}

function DeleteQuestion({ job, close }: { job: StudioJob; close: () => void }): JSX.Element {
  const withFiles = useRef<HTMLInputElement>(null);
  const { isBusy, problem, run } = useAction();
  const isOpen = job.state === "accepted" || job.state === "unknown" || job.state === "sending";
  const remove = (): void =>
    run(async () => {
      await deleteJob(job.key, { files: withFiles.current?.checked ?? false, force: isOpen });
      announce("Deleted from the record.");
    });
  return (
    <div class="question" role="group" aria-label="Delete this record?">
      <p>
        <b>Delete this record?</b>{" "}
        {isOpen
          ? "The job may be paid and is not at its end: without the record nobody can find it again here."
          : "Its input, cost and request id are forgotten."}
      </p>
      {job.files.length > 0 && (
        <label>
          <input type="checkbox" ref={withFiles} /> Delete {showCount(job.files.length, "file")} from the
          folder, too
        </label>
      )}
      <div class="actions">
        <Button class="danger" disabled={isBusy} onClick={remove}>
          Delete
        </Button>
        <Button onClick={close}>Keep</Button>
      </div>
      <Problem>{problem}</Problem>
    </div>
  );
}
