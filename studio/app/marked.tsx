import type { JSX } from "preact";

/** A sentence of the catalogue, in which names stand between backticks. */
export function Marked({ text }: { text: string }): JSX.Element {
  return <>{text.split("`").map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</>;
}

/** A sentence that begins with its verb, such as a problem of a field, as it stands alone. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
