import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../app/icon.js";
import { kindOf, Medium } from "../app/medium.js";
import type { Kind } from "../app/medium.js";
import { showBytes } from "../app/words.js";
import { factsOf, isGiven, previewOf } from "./given-files.js";

/** A medium in a frame of a fixed size, with its measures below: nothing moves when it arrives. */
export function Preview({ value, kind }: { value: string; kind: Kind | undefined }): JSX.Element {
  const [measured, setMeasured] = useState<{ value: string; text: string }>();
  const source = previewOf(value);
  const facts = isGiven(value) ? factsOf(value) : undefined;
  const shown = kindOf(facts?.type) ?? kind ?? "image";
  const isMissing = measured?.value === value && measured.text === "";
  const tell = ({ currentTarget }: Event): void =>
    setMeasured({ value, text: tellMeasures(currentTarget as Parameters<typeof tellMeasures>[0]) });
  const parts = [
    isMissing ? "no preview" : measured?.value === value && measured.text,
    facts?.bytes !== undefined && showBytes(facts.bytes),
  ];
  return (
    <div class="preview">
      <div class="frame" data-kind={shown}>
        {source === undefined || isMissing ? (
          <Icon name={shown} />
        ) : (
          <Medium
            key={source}
            src={source}
            kind={shown}
            alt="Preview"
            onLoad={tell}
            onError={() => setMeasured({ value, text: "" })}
          />
        )}
      </div>
      <p class="facts">{parts.filter(Boolean).join(" · ")}</p>
    </div>
  );
}

function tellMeasures(element: HTMLMediaElement & HTMLImageElement & HTMLVideoElement): string {
  const width = element.naturalWidth ?? element.videoWidth;
  const height = element.naturalHeight ?? element.videoHeight;
  return [width && `${width} × ${height}`, element.duration && `${element.duration.toFixed(1)} s`]
    .filter(Boolean)
    .join(" · ");
}
