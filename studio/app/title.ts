import { useEffect } from "preact/hooks";
import { countActive, jobs } from "../state/jobs.js";
import { useStore } from "../state/store.js";

/** The title of the browser's tab, with the number of jobs that run: a person may look elsewhere meanwhile. */
export function useTitle(text: string | undefined): void {
  const running = useStore(jobs, countActive);
  useEffect(() => {
    if (text !== undefined) document.title = `${running > 0 ? `(${running}) ` : ""}${text} · Studio`;
  }, [text, running]);
}
