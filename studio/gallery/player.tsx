import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { kindOf, Medium } from "../app/medium.js";
import type { StudioFile } from "../../src/studio/job-api-types.js";

/** Plays a file in place. When it is scrolled out of sight its owner takes it away. */
export function Player(props: { file: StudioFile; label: string; onGone: () => void }): JSX.Element {
  const { file, label, onGone } = props;
  const medium = useRef<HTMLMediaElement>(null);
  useEffect(() => {
    const element = medium.current;
    if (!element) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => !isIntersecting)) onGone();
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      element.pause();
      element.removeAttribute("src");
      element.load();
    };
  }, []);
  const kind = kindOf(file.type) ?? "video";
  return <Medium kind={kind} src={file.url} alt={label} autoPlay element={medium} />;
}
