import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../app/icon.js";
import { showBytes } from "../app/words.js";
import { factsOf, isGiven, previewOf } from "./given-files.js";

type Kind = "image" | "video" | "audio";

/** A medium in a frame of a fixed size, with its measures below: nothing moves when it arrives. */
export function Preview({ value, kind }: { value: string; kind: Kind | undefined }): JSX.Element {
  const [measured, setMeasured] = useState<{ value: string; text: string }>();
  const source = previewOf(value);
  const facts = isGiven(value) ? factsOf(value) : undefined;
  const shown = kindOf(facts?.type) ?? kind ?? "image";
  const tell = (text: string): void => setMeasured({ value, text });
  const parts = [
    measured?.value === value && measured.text,
    facts?.bytes !== undefined && showBytes(facts.bytes),
  ];
  return (
    <div class="preview">
      <div class="frame" data-kind={shown}>
        {source === undefined ? (
          <Icon name={shown} />
        ) : (
          <Medium key={source} source={source} kind={shown} tell={tell} />
        )}
      </div>
      <p class="facts">{parts.filter(Boolean).join(" · ")}</p>
    </div>
  );
}

function Medium(props: { source: string; kind: Kind; tell: (text: string) => void }): JSX.Element {
  const { source, kind, tell } = props;
  const fail = (): void => tell("no preview");
  if (kind === "image") {
    return (
      <img
        src={source}
        alt="Preview"
        referrerpolicy="no-referrer"
        onLoad={({ currentTarget }) => tell(`${currentTarget.naturalWidth} × ${currentTarget.naturalHeight}`)}
        onError={fail}
      />
    );
  }
  const tellLength = ({ currentTarget }: { readonly currentTarget: HTMLMediaElement }): void => {
    const size =
      currentTarget instanceof HTMLVideoElement
        ? `${currentTarget.videoWidth} × ${currentTarget.videoHeight} · `
        : "";
    tell(`${size}${currentTarget.duration.toFixed(1)} s`);
  };
  if (kind === "audio") {
    return <audio src={source} controls preload="metadata" onLoadedMetadata={tellLength} onError={fail} />;
  }
  return (
    <video
      src={source}
      controls
      muted
      playsInline
      preload="metadata"
      onLoadedMetadata={tellLength}
      onError={fail}
    />
  );
}

function kindOf(type: string | undefined): Kind | undefined {
  const kind = type?.split("/")[0];
  return kind === "image" || kind === "video" || kind === "audio" ? kind : undefined;
}
