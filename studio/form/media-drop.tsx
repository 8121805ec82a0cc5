import type { ComponentChildren, JSX } from "preact";
import { Button } from "../app/button.js";
import { Problem } from "../app/problem.js";
import { useEffect, useRef, useState } from "preact/hooks";
import { explain } from "../api/requests.js";
import { Icon } from "../app/icon.js";
import { announce } from "../state/announcer.js";
import { addTaker, giveFile } from "./given-files.js";

interface MediaDropProps {
  readonly label: string;
  readonly kind: "image" | "video" | "audio" | undefined;
  readonly isEmpty: boolean;
  readonly takesMany: boolean;
  /** Takes the values of files that were given to the server. */
  readonly onFiles: (values: readonly string[]) => void;
  readonly children: ComponentChildren;
}

/** A place to drop, paste or choose files. Its children are the values that it has so far. */
export function MediaDrop(props: MediaDropProps): JSX.Element {
  const { kind, label } = props;
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly problem?: string }>({
    isBusy: false,
  });
  const [isOver, setOver] = useState(false);
  const newest = useRef(props);
  newest.current = props;
  const take = async (files: readonly File[]): Promise<void> => {
    setState({ isBusy: true });
    try {
      const wanted = newest.current.takesMany ? files : files.slice(0, 1);
      const given = await Promise.all(wanted.map(giveFile));
      newest.current.onFiles(given.map(({ file }) => file));
      announce(`${label}: ${wanted.map(({ name }) => name).join(", ")}`);
      setState({ isBusy: false });
    } catch (error) {
      setState({ isBusy: false, problem: explain(error) });
    }
  };
  useEffect(
    () => addTaker({ kind, isEmpty: () => newest.current.isEmpty, take: (files) => void take(files) }),
    [kind],
  );
  const takeFrom = (event: Event, transfer: DataTransfer | null): void => {
    const files = [...(transfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void take(files);
  };
  return (
    <div
      class="drop"
      data-drop
      data-over={isOver || undefined}
      aria-busy={state.isBusy}
      onDragOver={() => setOver(true)}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        takeFrom(event, event.dataTransfer);
      }}
      onPaste={(event) => takeFrom(event, event.clipboardData)}
    >
      {props.children}
      <div class="drop-foot">
        <ChooseFile label={label} kind={kind} takesMany={props.takesMany} take={take} />
        <span class="hint">{state.isBusy ? "Reading…" : "or drop or paste one"}</span>
      </div>
      <Problem>{state.problem}</Problem>
    </div>
  );
}

function ChooseFile(props: {
  label: string;
  kind: MediaDropProps["kind"];
  takesMany: boolean;
  take: (files: readonly File[]) => Promise<void>;
}): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const name = `Choose ${props.takesMany ? "files" : "a file"}`;
  return (
    <>
      <Button class="small" aria-label={`${name} for ${props.label}`} onClick={() => input.current?.click()}>
        <Icon name={props.kind ?? "out"} /> {name}
      </Button>
      <input
        ref={input}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-hidden="true"
        accept={props.kind === undefined ? undefined : `${props.kind}/*`}
        multiple={props.takesMany}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          // The same file may be chosen again.
          currentTarget.value = "";
          if (files.length > 0) void props.take(files);
        }}
      />
    </>
  );
}
