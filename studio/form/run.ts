import { useRef, useState } from "preact/hooks";
import type { ApiInput, CheckAnswer } from "../../src/studio/api-types.js";
import { ApiError, explain } from "../api/requests.js";
import { announce } from "../state/announcer.js";
import { startJob } from "../state/jobs.js";
import { poll } from "../state/polling.js";
import { isError, nameOf } from "./check.js";
import type { Check } from "./check.js";

/** The steps of the run bar: check, agree to the price, run. */
export interface Run {
  readonly step: "check" | "checking" | "run" | "starting";
  /** True after the first check: from then on empty fields are problems, too. */
  readonly isTried: boolean;
  readonly problem: string | undefined;
  /** The estimate that was shown when the input passed the check. */
  readonly agreed: CheckAnswer["estimate"] | undefined;
  readonly assumeUsd: number | undefined;
  readonly setAssumeUsd: (usd: number | undefined) => void;
  /** The button of the bar: checks, or runs what was checked. */
  readonly goOn: () => void;
}

interface Agreement {
  readonly text: string;
  readonly estimate: CheckAnswer["estimate"];
}

export function useRun(model: string, input: ApiInput, check: Pick<Check, "checkNow">): Run {
  const [busy, setBusy] = useState<"checking" | "starting">();
  const [isTried, setTried] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [agreement, setAgreement] = useState<Agreement>();
  const [assumeUsd, setAssumeUsd] = useState<number>();
  const isBusy = useRef(false);
  const send = useSender(model);
  const text = JSON.stringify(input);
  const agreed = agreement?.text === text ? agreement.estimate : undefined;

  const during = async (step: "checking" | "starting", act: () => Promise<void>): Promise<void> => {
    if (isBusy.current) return;
    isBusy.current = true;
    setBusy(step);
    setProblem(undefined);
    try {
      await act();
    } catch (error) {
      // An input that was refused has to be checked again. After a lost answer the button stays as it is: pressing it asks for the
      // same job.
      if (!isLost(error)) setAgreement(undefined);
      setProblem(explain(error));
    } finally {
      isBusy.current = false;
      setBusy(undefined);
    }
  };
  const checkInput = async (): Promise<void> => {
    setTried(true);
    const { issues, estimate } = await check.checkNow();
    const errors = issues.filter(isError);
    if (errors.length === 0) setAgreement({ text, estimate });
    else showFirstProblem(errors[0]?.path ?? "");
  };
  return {
    step: busy ?? (agreed ? "run" : "check"),
    isTried,
    problem,
    agreed,
    assumeUsd,
    setAssumeUsd,
    goOn: () =>
      void (agreed
        ? during("starting", () => send(input, text, agreed, assumeUsd))
        : during("checking", checkInput)),
  };
}

type Send = (
  input: ApiInput,
  text: string,
  agreed: Agreement["estimate"],
  assumeUsd: number | undefined,
) => Promise<void>;

/** Starts a job per click. A request whose answer was lost keeps its key: the same key asks for the same job, and pays once. */
function useSender(model: string): Send {
  const lost = useRef<{ readonly text: string; readonly key: string } | undefined>(undefined);
  return async (input, text, { usd, needsAssumption }, assumeUsd) => {
    const key = lost.current?.text === text ? lost.current.key : crypto.randomUUID();
    lost.current = { text, key };
    try {
      await startJob({
        key,
        model,
        input,
        ...(usd !== undefined && { agreedUsd: usd }),
        ...(assumeUsd !== undefined && needsAssumption && { assumeUsd }),
      });
      announce("Started. It goes on when you close this tab.");
      void poll();
    } catch (error) {
      if (isLost(error)) throw new ApiError(lostAnswer, "stopped");
      lost.current = undefined;
      throw error;
    }
    lost.current = undefined;
  };
}

const lostAnswer =
  "The studio was stopped before it answered. The gallery will show if the job was sent. Pressing Run again cannot pay twice.";

function isLost(error: unknown): boolean {
  return error instanceof ApiError && error.code === "stopped";
}

/** Takes the focus to the control of the first problem. */
function showFirstProblem(path: string): void {
  const name = nameOf(path);
  // The problems are drawn, and a fold is opened, after this step.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const control = document.getElementById(`field-${name}`);
      control?.focus({ preventScroll: true });
      control?.closest(".field")?.scrollIntoView({ block: "center", behavior: "auto" });
    }),
  );
}
