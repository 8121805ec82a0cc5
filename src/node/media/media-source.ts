import { show } from "../../errors/issue.js";
import { judgeUrl, type DestinationRules } from "../net/destination.js";
import type { Network } from "../net/network.js";
import { showUrl } from "../net/url-redaction.js";
import { openData, openLocal, type MediaBytes } from "./media-bytes.js";
import { openRemote } from "./remote-bytes.js";

/** The places that media may be read from. */
export interface SourceOptions extends DestinationRules {
  readonly allowLocalFiles?: boolean | undefined;
}

/** Judges a reference before anything is opened. Gives `undefined` when it may be opened. */
export function judgeReference(
  reference: string,
  options: SourceOptions,
): { readonly reason: string; readonly severity?: "warning" } | undefined {
  if (/^data:/i.test(reference) || (options.allowLocalFiles && isLocal(reference))) return undefined;
  const judged = judgeUrl(reference, readRules(options));
  if (judged.verdict === "allowed") return undefined;
  const shown = show(showUrl(reference));
  const reason = `${shown} is not fetched: ${judged.message}; inputs are public https URLs or data: URIs`;
  // A refusal by the caller's own `hosts` or by the port says nothing about the service, which may fetch the URL.
  const isOurs =
    judged.reason === "port" || (judged.reason === "host" && judgeUrl(reference).verdict === "allowed");
  return isOurs ? { reason: `it could not be measured: ${judged.message}`, severity: "warning" } : { reason };
}

/** Opens a reference that {@link judgeReference} has accepted. */
export async function openReference(
  network: Network,
  reference: string,
  options: SourceOptions,
  idleMs: number,
  signal: AbortSignal,
): Promise<MediaBytes> {
  if (/^data:/i.test(reference)) return openData(reference);
  if (options.allowLocalFiles && isLocal(reference)) return openLocal(reference);
  return openRemote(network, reference, { rules: readRules(options), signal, idleMs });
}

/** Accepts `file:` URLs and anything without a scheme. A single letter before a colon is a drive of Windows. */
function isLocal(reference: string): boolean {
  return reference !== "" && (/^file:/i.test(reference) || !/^[a-z][a-z0-9+.-]+:/i.test(reference));
}

function readRules({ hosts, allowLocalhost, allowAddresses }: SourceOptions): DestinationRules {
  return { hosts, allowLocalhost, allowAddresses };
}
