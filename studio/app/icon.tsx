import type { JSX } from "preact";

/** Line drawings on a square of 20 units. */
const drawings = {
  search: "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M13 13l4 4",
  text: "M4 5h12M4 10h12M4 15h7",
  image: "M3.5 4.5h13v11h-13zM4 14l4-4 3 3 2-2 3.5 3.5M12.5 8h.01",
  video: "M3.5 5h9v10h-9zM12.5 8.5l4-2.5v8l-4-2.5",
  audio: "M4 8v4M7 5.5v9M10 7.5v5M13 4v12M16 8v4",
  star: "m10 3 2.1 4.4 4.9.7-3.5 3.4.8 4.8-4.3-2.3-4.3 2.3.8-4.8L3 8.1l4.9-.7z",
  play: "M6.5 4.5v11l9-5.5z",
  copy: "M7 7h9v9H7zM13 7V4H4v9h3",
  check: "m4 10.5 4 4 8-9",
  close: "m5 5 10 10M15 5 5 15",
  plus: "M10 4v12M4 10h12",
  reset: "M4.5 8a6 6 0 1 1-.5 3.5M4 4v4h4",
  folder: "M3 5h5l1.5 2H17v8.5H3z",
  trash: "M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6",
  again: "M15.5 7.5A6 6 0 1 0 16 11M16 3.5v4h-4",
  edit: "m4 16 .8-3.4L13 4.4l2.6 2.6-8.2 8.2z",
  out: "M11 4h5v5M16 4l-7 7M13 12v4H4V7h4",
  left: "m12 4-6 6 6 6",
  right: "m8 4 6 6-6 6",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1 1M14.7 14.7l1 1M4.3 15.7l1-1M14.7 5.3l1-1",
  moon: "M16 12.5A6.5 6.5 0 0 1 7.5 4a6.5 6.5 0 1 0 8.5 8.5",
  screen: "M3 4.5h14v9H3zM7 16.5h6M10 13.5v3",
  upload: "M10 13V4M6.5 7.5 10 4l3.5 3.5M4 13v3h12v-3",
  clock: "M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M10 6.5V10l2.5 1.5",
  warning: "M10 3.5 17.5 16h-15zM10 8.5v3.5M10 14h.01",
} as const;

export type IconName = keyof typeof drawings;

/** A drawing beside words: screen readers leave it out. */
export function Icon({ name, filled = false }: { name: IconName; filled?: boolean }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" data-filled={filled || undefined}>
      <path d={drawings[name]} />
    </svg>
  );
}
