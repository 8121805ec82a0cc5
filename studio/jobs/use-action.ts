import { useState } from "preact/hooks";
import { explain } from "../api/requests.js";
import { poll } from "../state/polling.js";

export interface Action {
  readonly isBusy: boolean;
  readonly problem: string | undefined;
  /** Runs one request about a job at a time, and keeps its problem to be shown. */
  readonly run: (act: () => Promise<unknown>) => void;
}

export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = (act: () => Promise<unknown>): void => {
    if (isBusy) return;
    setBusy(true);
    setProblem(undefined);
    act()
      .then(poll, (error: unknown) => setProblem(explain(error)))
      .finally(() => setBusy(false));
  };
  return { isBusy, problem, run };
}
