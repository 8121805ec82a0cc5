import type { ComponentChildren, JSX } from "preact";

/** A problem that a screen reader speaks at once; nothing where there is none. */
export function Problem({ children }: { children: ComponentChildren }): JSX.Element | undefined {
  if (children === undefined || children === "") return undefined;
  return (
    <p class="problem" role="alert">
      {children}
    </p>
  );
}
