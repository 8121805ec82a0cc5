import type { JSX } from "preact";
import { Button } from "../app/button.js";
import { useState } from "preact/hooks";
import type { StudioFile, StudioJob } from "../../src/studio/job-api-types.js";
import { Icon } from "../app/icon.js";
import { captionOf, showBytes, showState } from "../app/words.js";
import { isActive } from "../state/jobs.js";

/** The files of a job, one of them large. */
export function Stage({ job }: { job: StudioJob }): JSX.Element {
  const [chosen, setChosen] = useState(0);
  const file = job.files[chosen];
  return (
    <div class="stage">
      <div class="stage-frame">
        {file === undefined ? (
          <NoFile job={job} />
        ) : (
          <Medium key={file.name} file={file} label={captionOf(job)} />
        )}
      </div>
      {job.files.length > 1 && (
        <div class="strip" role="group" aria-label="Files">
          {job.files.map(({ name }, at) => (
            <Button class="chip" key={name} aria-pressed={at === chosen} onClick={() => setChosen(at)}>
              {name}
            </Button>
          ))}
        </div>
      )}
      {file !== undefined && <FileLine file={file} />}
    </div>
  );
}

function FileLine({ file }: { file: StudioFile }): JSX.Element {
  return (
    <p class="file-line">
      <span class="file-name">{file.name}</span>
      {file.bytes !== undefined && <span class="quiet-text">{showBytes(file.bytes)}</span>}
      {file.url === undefined ? (
        <span class="quiet-text">not in the studio's folder</span>
      ) : (
        <>
          <a href={file.url} target="_blank" rel="noreferrer">
            Open<span class="hidden"> {file.name} (new tab)</span>
          </a>
          <a href={file.url} download={file.name}>
            Download<span class="hidden"> {file.name}</span>
          </a>
        </>
      )}
    </p>
  );
}

function Medium({ file, label }: { file: StudioFile; label: string }): JSX.Element {
  if (file.url === undefined) return <Icon name="out" />;
  if (file.type.startsWith("image/")) return <img src={file.url} alt={label} />;
  if (file.type.startsWith("video/")) {
    return <video src={file.url} controls playsInline preload="metadata" aria-label={label} />;
  }
  if (file.type.startsWith("audio/"))
    return <audio src={file.url} controls preload="metadata" aria-label={label} />;
  return <Icon name="out" />;
}

function NoFile({ job }: { job: StudioJob }): JSX.Element {
  return (
    <div class="no-file">
      <Icon name={isActive(job) ? "clock" : "warning"} />
      <p>{isActive(job) ? `${showState(job)}…` : "No files"}</p>
    </div>
  );
}
