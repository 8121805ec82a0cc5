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
  again: "M15.5 7.5A6 6 0 1 0 16 11M16 3.5v4h-4",
  out: "M11 4h5v5M16 4l-7 7M13 12v4H4V7h4",
  left: "m12 4-6 6 6 6",
  right: "m8 4 6 6-6 6",
  theme: "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14",
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
