import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { StudioJob } from "../../src/studio/job-api-types.js";
import { moveByArrow } from "../app/arrow-keys.js";
import { gapWidth, placeOf, useGridWindow } from "./grid-window.js";
import type { GridPlan } from "./grid-window.js";
import type { Listing } from "./listing.js";
import { Tile } from "./tile.js";

/** The tiles in sight, in a box as high as all of them: thousands of records are a few dozen elements. */
export function Grid({ listing }: { listing: Listing }): JSX.Element {
  const { records, total = 12, reach } = listing;
  const box = useRef<HTMLUListElement>(null);
  const plan = useGridWindow(box, total);
  const [focused, setFocused] = useState<number>();
  useEffect(() => reach(plan.to), [plan.to, records]);
  const rows = Math.ceil(total / plan.columns);
  const shown = Array.from({ length: Math.max(0, plan.to - plan.from) }, (_, at) => plan.from + at);
  // A tile with the focus stays when it is scrolled away; the keyboard would lose its place otherwise.
  if (focused !== undefined && focused < total && !shown.includes(focused)) shown.push(focused);
  return (
    <ul
      class="grid"
      ref={box}
      style={{ height: `${rows * (plan.tileHeight + gapWidth)}px` }}
      onFocusIn={({ target }) => setFocused(indexOf(target))}
      onFocusOut={() => setFocused(undefined)}
      onKeyDown={(event) => moveByArrow(event, ".tile-link")}
    >
      {shown.map((index) => (
        <Cell
          key={records[index]?.key ?? `ghost-${index}`}
          index={index}
          plan={plan}
          total={total}
          job={records[index]}
        />
      ))}
    </ul>
  );
}

function Cell(props: {
  index: number;
  plan: GridPlan;
  total: number;
  job: StudioJob | undefined;
}): JSX.Element {
  const { index, plan, job } = props;
  const { x, y } = placeOf(index, plan);
  return (
    <li
      data-index={index}
      aria-setsize={props.total}
      aria-posinset={index + 1}
      style={{
        width: `${plan.tileWidth}px`,
        height: `${plan.tileHeight}px`,
        transform: `translate(${x}px, ${y}px)`,
      }}
    >
      {job === undefined ? <div class="tile ghost" aria-hidden="true" /> : <Tile job={job} />}
    </li>
  );
}

function indexOf(target: EventTarget | null): number | undefined {
  const index = target instanceof Element ? target.closest("li")?.dataset["index"] : undefined;
  return index === undefined ? undefined : Number(index);
}
