import type { JSX } from "preact";
import { Button } from "../app/button.js";
import { NewTab } from "../app/new-tab.js";
import { Problem } from "../app/problem.js";
import { useEffect, useState } from "preact/hooks";
import type { AcceptRequest, BalanceHint, StudioJob } from "../../src/studio/job-api-types.js";
import { showUsd } from "../app/words.js";
import { changeJob, readBalance } from "../state/jobs.js";
import { useAction } from "./use-action.js";

/** The balance before and now, where the server knows both. */
function Hint({ job }: { job: StudioJob }): JSX.Element | undefined {
  const [balance, setBalance] = useState<BalanceHint>();
  useEffect(() => {
    readBalance(job.key).then(setBalance, () => undefined);
  }, [job.key]);
  return balance?.beforeUsd === undefined ? undefined : (
    <>
      {" "}
      The balance was {showUsd(balance.beforeUsd)} before, and is {showUsd(balance.nowUsd)} now, with all
      other jobs.
    </>
  );
}

/** Explains an unknown outcome, and lets a person decide it: by the job's id, or by saying that the job was never sent. */
export function UnknownOutcome({ job }: { job: StudioJob }): JSX.Element {
  const [id, setId] = useState("");
  const [isSure, setSure] = useState(false);
  const { isBusy, problem, run } = useAction();
  const accept = (event: Event): void => {
    event.preventDefault();
    if (id.trim() !== "") run(() => changeJob(job.key, "accept", { id: id.trim() } satisfies AcceptRequest));
  };
  return (
    <section class="unknown" aria-label="Unknown outcome">
      <p>
        <b>Perhaps paid.</b> The answer to the paid request was lost. It is never sent again by itself. Check
        Generations on <NewTab href="https://www.runcomfy.com">runcomfy.com</NewTab>.
        <Hint job={job} />
      </p>
      <form onSubmit={accept}>
        <label>
          It is there, with this request id
          <input
            type="text"
            value={id}
            spellcheck={false}
            onInput={({ currentTarget }) => setId(currentTarget.value)}
          />
        </label>
        <button type="submit" class="small" disabled={isBusy || id.trim() === ""}>
          Take it over
        </button>
      </form>
      <div class="refusal">
        <label>
          <input
            type="checkbox"
            checked={isSure}
            onChange={({ currentTarget }) => setSure(currentTarget.checked)}
          />
          I have looked, and it is not there
        </label>
        <Button
          class="small"
          disabled={isBusy || !isSure}
          onClick={() => run(() => changeJob(job.key, "refuse"))}
        >
          Count it as not sent
        </Button>
      </div>
      <Problem>{problem}</Problem>
    </section>
  );
}
