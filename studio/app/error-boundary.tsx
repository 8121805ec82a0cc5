import { Component } from "preact";
import type { ComponentChildren } from "preact";
import { explain } from "../api/requests.js";

/** Shows a fault of one view in its place; the rest of the page stays usable. */
export class ErrorBoundary extends Component<{ children: ComponentChildren }, { fault?: unknown }> {
  static override getDerivedStateFromError(fault: unknown): { fault: unknown } {
    return { fault };
  }

  override render(): ComponentChildren {
    if (!("fault" in this.state)) return this.props.children;
    return (
      <div class="empty" role="alert">
        <h1>This view could not be shown</h1>
        <p>{explain(this.state.fault)}</p>
        <button type="button" onClick={() => location.reload()}>
          Reload the page: the form is kept
        </button>
      </div>
    );
  }
}
