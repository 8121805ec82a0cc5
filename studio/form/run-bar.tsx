import type { JSX } from "preact";
import { Button } from "../app/button.js";
import { Problem } from "../app/problem.js";
import type { ApiIssue } from "../../src/studio/api-types.js";
import { Icon } from "../app/icon.js";
import { capitalize, Marked } from "../app/marked.js";
import { showPrice, showUsd } from "../app/words.js";
import { setup } from "../state/catalogue.js";
import { useStore } from "../state/store.js";
import { isError } from "./check.js";
import type { Check } from "./check.js";
import type { Run } from "./run.js";

interface RunBarProps {
  readonly run: Run;
  readonly check: Omit<Check, "checkNow">;
  /** Problems that belong to no field of the form. */
  readonly otherIssues: readonly ApiIssue[];
}

/** The foot of the form: what the job costs, and the button that checks and then runs. */
export function RunBar({ run, check, otherIssues }: RunBarProps): JSX.Element {
  const estimate = run.agreed ?? check.answer?.estimate;
  const errors = run.isTried ? check.issues.filter(isError).length : 0;
  return (
    <div class="run-bar">
      <div class="amount">
        <output class="price" data-agreed={run.agreed !== undefined || undefined}>
          {estimate === undefined ? " " : capitalize(showPrice(estimate))}
        </output>
        <span class="basis" title={estimate?.text}>
          {errors > 0 && check.isCurrent ? (
            <span class="problem">{errors === 1 ? "One problem above" : `${errors} problems above`}</span>
          ) : (
            <Marked text={basisOf(estimate?.text ?? "")} />
          )}
        </span>
      </div>
      <RunButton run={run} />
      {run.agreed?.needsAssumption && <Assumption run={run} />}
      <BudgetWarning usd={run.agreed?.countedUsd ?? run.agreed?.usd} />
      {otherIssues.map(({ path, message }) => (
        <Problem key={path + message}>
          {path === "" ? capitalize(message) : `${path.slice(1)} ${message}`}
        </Problem>
      ))}
      <Problem>{run.problem}</Problem>
    </div>
  );
}

/** The calculation of a price, which stands in brackets after it. */
function basisOf(text: string): string {
  return /\((.*)\)$/.exec(text)?.[1] ?? "";
}

function RunButton({ run }: { run: Run }): JSX.Element {
  const { step, agreed } = run;
  const needsNumber = step === "run" && agreed?.needsAssumption === true && run.assumeUsd === undefined;
  return (
    <Button
      class="primary run"
      data-step={step}
      disabled={needsNumber}
      aria-busy={step === "checking" || step === "starting"}
      aria-keyshortcuts="Control+Enter"
      title="Ctrl+Enter"
      onClick={({ detail }) => {
        // The second click of a double click was not meant as another job.
        if (detail <= 1) run.goOn();
      }}
    >
      <Icon name={step === "run" || step === "starting" ? "play" : "check"} />
      <span aria-live="polite">{labelOf(run)}</span>
    </Button>
  );
}

function labelOf({ step, agreed }: Run): string {
  if (step === "checking") return "Checking…";
  if (step === "starting") return "Starting…";
  if (agreed === undefined) return "Check";
  return agreed.usd === undefined ? "Run, price not known" : `Run for ${showPrice(agreed)}`;
}

/** Asks for the dollars to count, where the budget cannot count the price because it is not known. */
function Assumption({ run }: { run: Run }): JSX.Element {
  return (
    <label class="assumption">
      The price is not certain. Count this many dollars in the budget:
      <input
        type="text"
        inputMode="decimal"
        autocomplete="off"
        onInput={({ currentTarget }) => {
          const usd = Number(currentTarget.value);
          run.setAssumeUsd(currentTarget.value.trim() !== "" && usd >= 0 ? usd : undefined);
        }}
      />
    </label>
  );
}

function BudgetWarning({ usd }: { usd: number | undefined }): JSX.Element | null {
  const budget = useStore(setup, (now) => now?.budget);
  if (usd === undefined || budget?.maxUsd === undefined) return null;
  const left = Math.max(0, budget.maxUsd - budget.committedUsd);
  if (usd <= left) return null;
  return (
    <p class="problem">
      The budget has {showUsd(left)} left: the job would be held. Start the studio with a higher{" "}
      <code>--max-usd</code>.
    </p>
  );
}
