import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { StudioFile, StudioJob } from "../../src/studio/job-api-types.js";
import { Icon } from "../app/icon.js";
import type { IconName } from "../app/icon.js";
import { kindOf } from "../app/medium.js";
import { isActive } from "../state/jobs.js";
import { findThumb, orderThumb } from "./thumbnails.js";

/** The file that stands for a job: the first that can be shown. */
export function coverOf({ files }: StudioJob): StudioFile | undefined {
  return files.find(({ url, type }) => url !== undefined && kindOf(type)) ?? files[0];
}

/** A small picture of a job in a frame of a fixed size: never the file itself. */
export function Thumb({ job }: { job: StudioJob }): JSX.Element {
  const file = coverOf(job);
  const [made, setMade] = useState<string>();
  const address = file && (findThumb(job, file) ?? made);
  const name = file?.name;
  useEffect(() => {
    if (file === undefined || address !== undefined) return undefined;
    return orderThumb(job, file, setMade);
  }, [job.key, name, address]);
  return (
    <span class="thumb" data-state={job.state} data-active={isActive(job) || undefined}>
      {address === undefined ? (
        <Icon name={iconOf(job, file)} />
      ) : (
        <img src={address} alt="" loading="lazy" decoding="async" draggable={false} />
      )}
    </span>
  );
}

function iconOf(job: StudioJob, file: StudioFile | undefined): IconName {
  if (isActive(job)) return "clock";
  return kindOf(file?.type) ?? (job.state === "done" ? "out" : "warning");
}
