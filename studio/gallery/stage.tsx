import type { JSX } from "preact";
import { Button } from "../app/button.js";
import { useState } from "preact/hooks";
import type { StudioFile, StudioJob } from "../../src/studio/job-api-types.js";
import { Icon } from "../app/icon.js";
import { kindOf, Medium } from "../app/medium.js";
import { NewTab } from "../app/new-tab.js";
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
          <Shown key={file.name} file={file} label={captionOf(job)} />
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
      <span class="file-name" title={file.name}>
        {file.name}
      </span>
      {file.bytes !== undefined && <span class="quiet-text">{showBytes(file.bytes)}</span>}
      {file.url === undefined ? (
        <span class="quiet-text">not in the studio's folder</span>
      ) : (
        <>
          <NewTab href={file.url} label={file.name}>
            Open
          </NewTab>
          <a href={file.url} download={file.name}>
            Download<span class="hidden"> {file.name}</span>
          </a>
        </>
      )}
    </p>
  );
}

function Shown({ file, label }: { file: StudioFile; label: string }): JSX.Element {
  const kind = kindOf(file.type);
  return file.url === undefined || kind === undefined ? (
    <Icon name="out" />
  ) : (
    <Medium kind={kind} src={file.url} alt={label} />
  );
}

function NoFile({ job }: { job: StudioJob }): JSX.Element {
  return (
    <div class="no-file">
      <Icon name={isActive(job) ? "clock" : "warning"} />
      <p>{isActive(job) ? `${showState(job)}…` : "No files"}</p>
    </div>
  );
}
