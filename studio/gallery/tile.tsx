import type { JSX } from "preact";
import { Button } from "../app/button.js";
import { useState } from "preact/hooks";
import type { FavouriteRequest, StudioJob } from "../../src/studio/job-api-types.js";
import { Icon } from "../app/icon.js";
import { kindOf } from "../app/medium.js";
import { memo } from "../app/memo.js";
import { linkTo } from "../app/route.js";
import { captionOf } from "../app/words.js";
import { JobProgress } from "../jobs/job-progress.js";
import { explain } from "../api/requests.js";
import { announce } from "../state/announcer.js";
import { changeJob } from "../state/jobs.js";
import { Player } from "./player.js";
import { coverOf, Thumb } from "./thumb.js";

/** A job in the gallery. */
export const Tile = memo(function Tile({ job }: { job: StudioJob }): JSX.Element {
  const [isPlaying, setPlaying] = useState(false);
  const file = coverOf(job);
  const kind = kindOf(file?.type);
  const plays = file?.url !== undefined && kind !== undefined && kind !== "image";
  const caption = captionOf(job);
  return (
    <article class="tile" data-state={job.state}>
      {isPlaying && file ? (
        <div class="stage-small">
          <Player file={file} label={caption} onGone={() => setPlaying(false)} />
        </div>
      ) : (
        <a class="tile-link" href={linkTo({ view: "gallery", key: job.key })} aria-label={`Open ${caption}`}>
          <Thumb job={job} />
          {job.files.length > 1 && <span class="many">{job.files.length}</span>}
        </a>
      )}
      {plays && !isPlaying && (
        <Button class="play" aria-label={`Play ${caption}`} onClick={() => setPlaying(true)}>
          <Icon name="play" filled />
        </Button>
      )}
      <FavouriteButton job={job} />
      <p class="caption" title={caption}>
        {caption}
      </p>
      <p class="quiet-text title" title={job.model}>
        {job.title}
      </p>
      <JobProgress job={job} />
    </article>
  );
});

export function FavouriteButton({ job }: { job: StudioJob }): JSX.Element {
  const toggle = (): void => {
    changeJob(job.key, "favourite", { on: !job.favourite } satisfies FavouriteRequest).catch(
      (error: unknown) => announce(explain(error)),
    );
  };
  return (
    <Button
      class="favourite quiet square"
      aria-pressed={job.favourite}
      aria-label="Favourite"
      onClick={toggle}
    >
      <Icon name="star" filled={job.favourite} />
    </Button>
  );
}
