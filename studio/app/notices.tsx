import type { JSX } from "preact";
import { Button } from "./button.js";
import { connection } from "../api/requests.js";
import { dismiss, notices } from "../state/announcer.js";
import { setup } from "../state/catalogue.js";
import { poll } from "../state/polling.js";
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

/** Tells that nobody answers, over the page: it must not move what a person reads or types. */
export function ConnectionNotice(): JSX.Element {
  const state = useStore(connection);
  const command = useStore(setup, (now) => now?.command);
  const again = command ?? "npx runcomfy-models studio";
  return (
    <div class="outage" role="alert" hidden={state !== "stopped" && state !== "locked"}>
      {state === "stopped" && (
        <>
          <b>The studio was stopped.</b> Start it again with <code>{again}</code>. Your form is kept, and jobs
          that were started go on.
          <Button onClick={() => void poll()}>Try now</Button>
        </>
      )}
      {state === "locked" && (
        <>
          <b>The studio does not know this tab.</b> Open the address that <code>{again}</code> printed last.
          Your form is kept.
          <Button onClick={() => void poll()}>Try now</Button>
        </>
      )}
    </div>
  );
}
