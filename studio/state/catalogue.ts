import { request } from "../api/requests.js";
import type { ModelDetail, ModelList, Setup } from "../../src/studio/api-types.js";
import { createStore } from "./store.js";

/** The studio's settings and the money that its jobs take; `undefined` until the server has answered. */
export const setup = createStore<Setup | undefined>(undefined);

/** All models, in the server's order; `undefined` until they are loaded. */
export const models = createStore<ModelList | undefined>(undefined);

export async function loadSetup(): Promise<void> {
  setup.set(await request<Setup>("GET", "/api/setup"));
}

export async function loadModels(): Promise<void> {
  models.set(await request<ModelList>("GET", "/api/models"));
}

/** False while the service's own list is still on its way. */
export function areModelsComplete(): boolean {
  return models.get() !== undefined && models.get()?.live !== "loading";
}

const details = new Map<string, Promise<ModelDetail>>();

/** A model with the fields of its input; asked for once. */
export function loadDetails(id: string): Promise<ModelDetail> {
  const known = details.get(id);
  if (known) return known;
  const path = id.split("/").map(encodeURIComponent).join("/");
  const loading = request<ModelDetail>("GET", `/api/models/${path}`);
  details.set(id, loading);
  loading.catch(() => details.delete(id));
  return loading;
}
