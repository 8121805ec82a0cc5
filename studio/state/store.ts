import { useLayoutEffect, useReducer, useRef } from "preact/hooks";

/** A value that several parts of the page show and change. */
export interface Store<Value> {
  get(): Value;
  set(value: Value): void;
  /** Changes the value by what it is now. */
  update(change: (value: Value) => Value): void;
  /** Calls the listener after each change; returns the function that ends it. */
  subscribe(listener: () => void): () => void;
}

export function createStore<Value>(initial: Value): Store<Value> {
  let current = initial;
  const listeners = new Set<() => void>();
  const set = (value: Value): void => {
    if (Object.is(value, current)) return;
    current = value;
    for (const listener of [...listeners]) listener();
  };
  return {
    get: () => current,
    set,
    update: (change) => set(change(current)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A store's value, or a part of it; the component is drawn anew when that changes. */
export function useStore<Value>(store: Store<Value>): Value;
export function useStore<Value, Part>(store: Store<Value>, select: (value: Value) => Part): Part;
export function useStore<Value>(
  store: Store<Value>,
  select: (value: Value) => unknown = (value) => value,
): unknown {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const part = select(store.get());
  const shown = useRef({ part, select });
  shown.current = { part, select };
  useLayoutEffect(() => {
    const compare = (): void => {
      if (!Object.is(shown.current.select(store.get()), shown.current.part)) redraw(0);
    };
    // The value may have changed between the drawing and this subscription.
    compare();
    return store.subscribe(compare);
  }, [store]);
  return part;
}
