import type { JSX } from "preact";
import { Button } from "../app/button.js";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { StudioJob } from "../../src/studio/job-api-types.js";
import { connection, explain } from "../api/requests.js";
import { Icon } from "../app/icon.js";
import { go } from "../app/route.js";
import { useTitle } from "../app/title.js";
import { captionOf } from "../app/words.js";
import { jobs, loadJob } from "../state/jobs.js";
import { useStore } from "../state/store.js";
import { DetailFacts } from "./detail-facts.js";
import { Stage } from "./stage.js";

/** One record over the gallery: what was made, and everything that made it. */
export function Detail(props: { jobKey: string; neighbours: readonly StudioJob[] }): JSX.Element {
  const { jobKey, neighbours } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const job = useStore(jobs, ({ byKey }) => byKey.get(jobKey));
  const wasRemoved = useStore(jobs, ({ removed }) => removed.has(jobKey));
  const [problem, setProblem] = useState<string>();
  const isOpen = useStore(connection, (now) => now === "open");
  useLayoutEffect(() => {
    dialog.current?.showModal();
  }, []);
  useEffect(() => {
    if (wasRemoved) go({ view: "gallery" });
    else if (job === undefined && isOpen)
      loadJob(jobKey).catch((error: unknown) => setProblem(explain(error)));
  }, [jobKey, job, wasRemoved, isOpen]);
  useTitle(job && captionOf(job).slice(0, 60));
  const at = neighbours.findIndex(({ key }) => key === jobKey);
  const before = at > 0 ? neighbours[at - 1] : undefined;
  const after = at >= 0 ? neighbours[at + 1] : undefined;
  return (
    <dialog
      class="detail"
      ref={dialog}
      aria-labelledby="detail-title"
      onClose={() => go({ view: "gallery" })}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget) currentTarget.close();
      }}
      onKeyDown={(event) => turnPage(event, before, after)}
    >
      <div class="detail-head">
        <PageButton to={before} label="Newer" icon="left" />
        <PageButton to={after} label="Older" icon="right" />
        <Button class="quiet square" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </Button>
      </div>
      {job === undefined ? (
        <div class="empty">
          <h2 id="detail-title">{problem === undefined ? "Loading…" : "There is no such record"}</h2>
          <p>{problem}</p>
        </div>
      ) : (
        <div class="detail-body">
          <Stage key={job.key} job={job} />
          <DetailFacts key={`facts-${job.key}`} job={job} />
        </div>
      )}
    </dialog>
  );
}

function PageButton(props: {
  to: StudioJob | undefined;
  label: string;
  icon: "left" | "right";
}): JSX.Element {
  const { to } = props;
  return (
    <Button
      class="quiet square"
      aria-label={props.label}
      disabled={to === undefined}
      onClick={() => show(to)}
    >
      <Icon name={props.icon} />
    </Button>
  );
}

/** The address changes without a new entry in the browser's history: Back leads to the gallery, not through each record. */
function show(job: StudioJob | undefined): void {
  if (job) location.replace(`#/gallery/${encodeURIComponent(job.key)}`);
}

function turnPage(event: KeyboardEvent, before: StudioJob | undefined, after: StudioJob | undefined): void {
  const isElsewhere =
    event.target instanceof Element && event.target.closest("input,textarea,select,video,audio,pre");
  if (isElsewhere || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowLeft") show(before);
  if (event.key === "ArrowRight") show(after);
}
