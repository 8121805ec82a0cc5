import type { GivenFile } from "../../src/studio/api-types.js";
import { request } from "../api/requests.js";
import { keep, readKept } from "../state/kept.js";

/** Gives a file to the studio's server, which measures it. Gives the value for the field. */
export async function giveFile(file: File): Promise<GivenFile> {
  const given = await request<GivenFile>("POST", `/api/files?name=${encodeURIComponent(file.name)}`, file);
  keep(nameKey(given.file), JSON.stringify({ name: file.name, ...given }));
  return given;
}

export interface FileFacts extends Partial<GivenFile> {
  readonly name: string;
}

/** The name that a given file had, and its measures; the start of its hash where this browser did not give it. */
export function factsOf(value: string): FileFacts {
  try {
    return JSON.parse(readKept(nameKey(value)) ?? "") as FileFacts;
  } catch {
    return { name: value.replace(/^studio-file:(.{8}).*(\.\w+)$/, "$1…$2") };
  }
}

export function isGiven(value: string): boolean {
  return value.startsWith("studio-file:");
}

/** The address from which the page can show a value of a media field; `undefined` where it shows none. */
export function previewOf(value: string): string | undefined {
  if (isGiven(value)) return `/inputs/${encodeURIComponent(value.slice("studio-file:".length))}`;
  return /^(?:https:\/\/[^/\s]+\/|data:(?:image|video|audio)\/)/.test(value) ? value : undefined;
}

/** A control that takes files: those that are pasted while no field has the focus go to the first that fits. */
export interface FileTaker {
  readonly kind: string | undefined;
  readonly isEmpty: () => boolean;
  readonly take: (files: readonly File[]) => void;
}

const takers = new Set<FileTaker>();

export function addTaker(taker: FileTaker): () => void {
  takers.add(taker);
  return () => takers.delete(taker);
}

/** Gives files to the first empty control of their kind, or else to the first of their kind. Tells whether there was one. */
export function giveToFirst(files: readonly File[]): boolean {
  const kind = files[0]?.type.split("/")[0];
  const fitting = [...takers].filter((taker) => taker.kind === undefined || taker.kind === kind);
  const taker = fitting.find(({ isEmpty }) => isEmpty()) ?? fitting[0];
  taker?.take(files);
  return taker !== undefined;
}

function nameKey(value: string): string {
  return `runcomfy-studio-file:${value.slice("studio-file:".length, "studio-file:".length + 16)}`;
}
