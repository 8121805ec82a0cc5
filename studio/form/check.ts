import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ApiInput, ApiIssue, CheckAnswer } from "../../src/studio/api-types.js";
import { connection, request } from "../api/requests.js";
import { useStore } from "../state/store.js";

/** The pause in typing, in ms, after which the input is checked; the answer comes from this machine. */
const quietMs = 200;

export interface Check {
  /** The newest answer, which may be about the input before the last change. */
  readonly answer: CheckAnswer | undefined;
  /** Its problems, without those of fields that were changed since. */
  readonly issues: readonly ApiIssue[];
  /** True where the answer is about the input as it is now. */
  readonly isCurrent: boolean;
  /** Checks at once, media at addresses too. Rejects with an ApiError. */
  readonly checkNow: () => Promise<CheckAnswer>;
}

/** Checks an input after each change, on the server and without a network. */
export function useCheck(model: string, input: ApiInput): Check {
  const [state, setState] = useState<{ input: ApiInput; answer: CheckAnswer }>();
  const newest = useRef(input);
  newest.current = input;
  const isOpen = useStore(connection, (now) => now === "open");
  const ask = useCallback(
    async (measure: boolean): Promise<CheckAnswer> => {
      const asked = newest.current;
      const answer = await request<CheckAnswer>("POST", "/api/check", {
        model,
        input: asked,
        ...(measure && { measure }),
      });
      if (newest.current === asked) setState({ input: asked, answer });
      return answer;
    },
    [model],
  );
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isOpen) return undefined;
    const timer = setTimeout(() => void ask(false).catch(() => undefined), isFirst.current ? 0 : quietMs);
    isFirst.current = false;
    return () => clearTimeout(timer);
  }, [ask, input, isOpen]);
  const checkNow = useCallback(() => ask(true), [ask]);
  const issues = useMemo(
    () =>
      (state?.answer.issues ?? []).filter(({ path }) => {
        const name = nameOf(path);
        return state?.input[name] === input[name];
      }),
    [state, input],
  );
  return { answer: state?.answer, issues, isCurrent: state?.input === input, checkNow };
}

/** The name of the field that a problem lies in; empty for the input as a whole. */
export function nameOf(path: string): string {
  return path.split("/")[1]?.replace(/~1/g, "/").replace(/~0/g, "~") ?? "";
}

/** The problems of a field and of the values inside it. */
export function issuesOf(issues: readonly ApiIssue[], name: string): readonly ApiIssue[] {
  return issues.filter(({ path }) => nameOf(path) === name);
}

export function isError({ severity }: ApiIssue): boolean {
  return severity !== "warning";
}
