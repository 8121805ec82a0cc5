import { show } from "../errors/issue.js";
import { judgeUrl, type DestinationRules } from "./destination.js";
import { openData, openLocal, openRemote, type MediaBytes } from "./media-bytes.js";
import type { Network } from "./network.js";

/** Where media may be read from. */
interface SourceOptions extends DestinationRules {
  readonly allowLocalFiles?: boolean | undefined;
  readonly timeoutMs?: number | undefined;
}

/** What can be told without opening anything. */
export function judgeReference(
  reference: string,
  options: SourceOptions,
): { readonly reason: string; readonly severity?: "warning" } | undefined {
  if (/^data:/i.test(reference) || (options.allowLocalFiles && isLocal(reference))) return undefined;
  const judged = judgeUrl(reference, destinationRules(options));
  if (judged.verdict === "allowed") return undefined;
  const reason = `${show(reference)} is not fetched: ${judged.message}; inputs are public https URLs or data: URIs`;
  // The service may well fetch these; only we do not.
  const ours =
    judged.reason === "port" || (judged.reason === "host" && judgeUrl(reference).verdict === "allowed");
  return ours ? { reason: `it could not be measured: ${judged.message}`, severity: "warning" } : { reason };
}

function isLocal(reference: string): boolean {
  return reference !== "" && (/^file:/i.test(reference) || !/^[a-z][a-z0-9+.-]+:/i.test(reference));
}

function destinationRules({ hosts, allowLocalhost }: SourceOptions): DestinationRules {
  return {
    hosts,
    allowLocalhost,
  };
}

/** Opens a reference that was judged: the bytes it holds, a file of this machine, or an address. */
export async function openReference(
  network: Network,
  reference: string,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<MediaBytes> {
  if (/^data:/i.test(reference)) return openData(reference);
  if (options.allowLocalFiles && isLocal(reference)) return openLocal(reference);
  return openRemote(network, reference, {
    rules: destinationRules(options),
    signal,
    idleMs: options.timeoutMs ?? 5000,
  });
}
