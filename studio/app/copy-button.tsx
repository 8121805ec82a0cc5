import type { JSX } from "preact";
import { Button } from "./button.js";
import { useEffect, useState } from "preact/hooks";
import { announce } from "../state/announcer.js";
import { Icon } from "./icon.js";

/** Copies a text. The button keeps its size while it shows that the text was copied. */
export function CopyButton({ text, label }: { text: string; label: string }): JSX.Element {
  const [copied, setCopied] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setCopied(""), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(text);
    } catch {
      announce("The browser does not let the page copy. Select the text and press Ctrl+C.");
    }
  };
  const isDone = copied === text && text !== "";
  return (
    <Button
      class="quiet square"
      aria-label={isDone ? "Copied" : label}
      title={label}
      onClick={() => void copy()}
    >
      <Icon name={isDone ? "check" : "copy"} />
    </Button>
  );
}
