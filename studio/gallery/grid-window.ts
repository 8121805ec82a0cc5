import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { RefObject } from "preact";

/** The places of the tiles of a grid, by the width that it has. All lengths are pixels. */
export interface GridPlan {
  readonly columns: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
}

export const gapWidth = 16;
/** The height of a tile's lines of text. */
const textHeight = 92;

export function planGrid(width: number): GridPlan {
  const least = width < 620 ? 140 : 230;
  const columns = Math.max(1, Math.floor((width + gapWidth) / (least + gapWidth)));
  const tileWidth = Math.floor((width - gapWidth * (columns - 1)) / columns);
  return { columns, tileWidth, tileHeight: Math.round(tileWidth * 0.75) + textHeight };
}

export interface GridWindow extends GridPlan {
  /** The index of the first tile that is drawn, and of the one after the last. */
  readonly from: number;
  readonly to: number;
}

/** The tiles of a grid that are in sight, and two rows around them. Follows scrolling and the grid's width. */
export function useGridWindow(grid: RefObject<HTMLElement | null>, count: number): GridWindow {
  const [place, setPlace] = useState({ width: 0, top: 0, height: 800 });
  const measure = (): void => {
    const box = grid.current?.getBoundingClientRect();
    if (!box) return;
    const next = { width: box.width, top: Math.max(0, -box.top), height: innerHeight };
    setPlace((now) =>
      now.width === next.width && Math.abs(now.top - next.top) < 40 && now.height === next.height
        ? now
        : next,
    );
  };
  useLayoutEffect(measure, []);
  useEffect(() => {
    let frame = 0;
    const plan = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(measure);
    };
    const observer = new ResizeObserver(plan);
    if (grid.current) observer.observe(grid.current);
    addEventListener("scroll", plan, { passive: true });
    addEventListener("resize", plan);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      removeEventListener("scroll", plan);
      removeEventListener("resize", plan);
    };
  }, []);
  const plan = planGrid(place.width || 1000);
  const rowHeight = plan.tileHeight + gapWidth;
  const first = Math.max(0, Math.floor(place.top / rowHeight) - 2);
  const last = Math.ceil((place.top + place.height) / rowHeight) + 2;
  if (place.width === 0) return { ...plan, from: 0, to: 0 };
  return { ...plan, from: first * plan.columns, to: Math.min(count, last * plan.columns) };
}

/** The place of a tile in the grid. A transform moves tiles without counting as a shift of the layout. */
export function placeOf(
  index: number,
  { columns, tileWidth, tileHeight }: GridPlan,
): { x: number; y: number } {
  const x = (index % columns) * (tileWidth + gapWidth);
  const y = Math.floor(index / columns) * (tileHeight + gapWidth);
  return { x, y };
}
