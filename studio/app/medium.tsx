import { createElement } from "preact";
import type { JSX, RefObject } from "preact";

export type Kind = "image" | "video" | "audio";

/** The kind of a content type; `undefined` for one that no page can show. */
export function kindOf(type: string | undefined): Kind | undefined {
  const kind = type?.split("/")[0];
  return kind === "image" || kind === "video" || kind === "audio" ? kind : undefined;
}

interface MediumProps {
  readonly kind: Kind;
  readonly src: string | undefined;
  readonly alt: string;
  readonly autoPlay?: boolean;
  /** The element itself: components get no `ref`. */
  readonly element?: RefObject<HTMLMediaElement>;
  readonly onLoad?: (event: Event) => void;
  readonly onError?: () => void;
}

/** A picture, or a player with its controls that loads no more than it needs to begin. */
export function Medium({ kind, alt, element, onLoad, ...own }: MediumProps): JSX.Element {
  return kind === "image"
    ? createElement("img", { ...own, alt, onLoad, referrerpolicy: "no-referrer" })
    : createElement(kind, {
        ...own,
        ref: element,
        controls: true,
        playsInline: true,
        preload: "metadata",
        "aria-label": alt,
        onLoadedMetadata: onLoad,
      });
}
