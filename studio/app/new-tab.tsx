import type { ComponentChildren, JSX } from "preact";
import { Icon } from "./icon.js";

/** A link that opens another tab, and says so to those who cannot see its sign. */
export function NewTab(props: {
  href: string;
  children?: ComponentChildren;
  class?: string;
  /** The text for screen readers, in place of the visible one. */
  label?: string;
}): JSX.Element {
  const { children, label, ...own } = props;
  return (
    <a {...own} target="_blank" rel="noreferrer">
      {children}
      <Icon name="out" />
      <span class="hidden">{label} (new tab)</span>
    </a>
  );
}
