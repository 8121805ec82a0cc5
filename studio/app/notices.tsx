import type { JSX } from "preact";
import { Button } from "./button.js";
import { connection } from "../api/requests.js";
import { dismiss, notices } from "../state/announcer.js";
import { setup } from "../state/catalogue.js";
import { useStore } from "../state/store.js";
import { Icon } from "./icon.js";

export function Notices(): JSX.Element {
  const shown = useStore(notices);
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown.map(({ id, text, action }) => (
        <div class="notice" key={id}>
          <span>{text}</span>
          {action && (
            <Button
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <Button class="quiet square" aria-label="Close this message" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </Button>
        </div>
      ))}
    </div>
  );
}

/** Shows, over the page, that nobody answers: it must not move what a person reads or types. */
export function ConnectionNotice(): JSX.Element {
  const state = useStore(connection);
  const command = useStore(setup, (now) => now?.command) ?? "npx runcomfy-models studio";
  const isStopped = state === "stopped";
  return (
    <div class="outage" role="alert" hidden={!isStopped && state !== "locked"}>
      <b>{isStopped ? "The studio was stopped." : "The studio does not know this tab."}</b>{" "}
      {isStopped ? "Start it again with " : "Open the address that it printed last, or start it again with "}
      <code>{command}</code>. Your form is kept, and jobs that were started go on.
    </div>
  );
}
