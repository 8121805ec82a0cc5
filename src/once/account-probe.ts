import type { Client } from "../client.js";
import { AuthError, isRunComfyError } from "../errors/errors.js";
import type { SignalOptions } from "../options/client-options.js";
import type { Clock } from "../time/clock.js";
import { readRecent } from "./record/recent-records.js";
import type { JobRecord, RecordId } from "./record/record.js";
import type { Store } from "./record/store.js";

/** The most jobs that are asked for; one that the service knows is enough. */
const mostProbes = 3;
/** Older jobs prove nothing: a service may have deleted them. */
const freshMs = 86_400_000;

/**
 * Refuses a token of another account than the one that the recorded jobs belong to: jobs would be paid again. Asks for the latest jobs
 * on record; where the service cannot be asked, nothing is refused. True where the service knows one of them. Rejects with an AuthError.
 */
export async function refuseOtherAccount(
  client: Client,
  store: Store,
  place: Pick<RecordId, "origin" | "space">,
  { signal, clock }: SignalOptions & { readonly clock: Clock },
): Promise<boolean> {
  let missing: JobRecord | undefined;
  for (const record of await readRecent(store, { ...place, limit: mostProbes })) {
    const { job, updatedAt } = record;
    if (!job || clock.date() - Date.parse(updatedAt) > freshMs) continue;
    try {
      const { trouble } = await client.job(job).status({ signal, tolerant: true });
      return trouble === undefined;
    } catch (error) {
      if (signal?.aborted || !isRunComfyError(error) || error.code === "auth") throw error;
      if (error.code !== "not_found" || isOfEmulator(error.body)) return false;
      missing = record;
    }
  }
  if (!missing) return false;
  throw new AuthError(
    `The service does not know job ${missing.job?.id}, which the record has as ${missing.state}: the token is of another account, or the ` +
      "job was deleted. Nothing was sent. Use the token of the account that paid for it, or another record.",
    { status: 404, job: missing.job },
  );
}

/** An emulator that was started anew has forgotten its jobs, and says so. */
function isOfEmulator(body: string | undefined): boolean {
  return body?.includes("emulator") === true;
}
