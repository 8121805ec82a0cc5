import { Component, createElement } from "preact";
import type { FunctionComponent, VNode } from "preact";

/** A component that is drawn anew only when one of its properties is another value. */
export function memo<Properties extends object>(
  draw: FunctionComponent<Properties>,
): FunctionComponent<Properties> {
  class Memo extends Component<Properties> {
    override shouldComponentUpdate(next: Properties): boolean {
      // Both have the same names, so one list of names is enough.
      return Object.entries(next).some(([name, value]) => value !== Reflect.get(this.props, name));
    }
    override render(): VNode<Properties> {
      return createElement(draw, this.props);
    }
  }
  return (properties) => createElement(Memo, properties);
}
