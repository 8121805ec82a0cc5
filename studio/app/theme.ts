import { keep, readKept } from "../state/kept.js";
import { createStore } from "../state/store.js";

export type Theme = "system" | "light" | "dark";

const name = "runcomfy-studio-theme";
const themes: readonly Theme[] = ["system", "light", "dark"];

export const theme = createStore<Theme>(themes.find((one) => one === readKept(name)) ?? "system");

/** Sets the page's colours, which follow the system where nothing else was chosen. */
export function applyTheme(): void {
  const chosen = theme.get();
  if (chosen === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
}

export function chooseNextTheme(): void {
  theme.update((now) => themes[(themes.indexOf(now) + 1) % themes.length] ?? "system");
  keep(name, theme.get() === "system" ? undefined : theme.get());
  applyTheme();
}
