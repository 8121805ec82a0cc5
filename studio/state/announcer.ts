import { createStore } from "./store.js";

/** A short message at the foot of the page, which screen readers speak. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export const notices = createStore<readonly Notice[]>([]);

const shownMs = 6000;
let count = 0;

export function announce(text: string, action?: Notice["action"]): void {
  count += 1;
  const notice: Notice = { id: count, text, ...(action && { action }) };
  notices.update((shown) => [...shown.filter((one) => one.text !== text).slice(-2), notice]);
  setTimeout(() => dismiss(notice.id), action ? shownMs * 2 : shownMs);
}

export function dismiss(id: number): void {
  notices.update((shown) => shown.filter((one) => one.id !== id));
}
