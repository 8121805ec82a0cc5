import { createStore } from "../state/store.js";

/** The view that the address names after its `#`. */
export type Route =
  | { readonly view: "models" }
  | { readonly view: "model"; readonly id: string }
  | { readonly view: "gallery"; readonly key?: string };

export function parseRoute(hash: string): Route {
  const [view, ...rest] = hash.replace(/^#\/?/, "").split("/");
  const name = rest.map(decode).join("/");
  if (view === "model" && name !== "") return { view, id: name };
  if (view === "gallery") return name === "" ? { view } : { view, key: name };
  return { view: "models" };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function linkTo(route: Route): string {
  if (route.view === "model") return `#/model/${route.id.split("/").map(encodeURIComponent).join("/")}`;
  if (route.view === "gallery") {
    return route.key === undefined ? "#/gallery" : `#/gallery/${encodeURIComponent(route.key)}`;
  }
  return "#/";
}

export const route = createStore<Route>(parseRoute(location.hash));

export function go(to: Route): void {
  location.hash = linkTo(to);
}

export function followAddress(): void {
  addEventListener("hashchange", () => route.set(parseRoute(location.hash)));
  route.set(parseRoute(location.hash));
}
