import type { DamagedLine, LineRecord } from "./record-line.js";
import { parseRecord } from "./record-line.js";

/** A damaged line. Where its record is not known for certain, it is found by both ids and listed by the first. */
export interface Damage {
  readonly line: number;
  readonly told: DamagedLine;
  readonly ids: readonly string[];
}

/** The record whose last line cannot be read. It is unknown: only that line may have named a job that was paid. */
export function describeDamage(
  text: string | undefined,
  { line, told: { name, repaired } }: Pick<Damage, "line" | "told">,
): LineRecord {
  const best = repaired ?? text;
  const known = best === undefined ? undefined : parseRecord(best);
  const job = known?.job ? `, with job ${known.job.id}` : "";
  const told = known ? `; ${repaired ? "it seems to have been" : "before, it was"} ${known.state}${job}` : "";
  const message = `Line ${line} of the record is damaged, which was this job's last${told}.`;
  const error = { code: "record", message };
  if (known) {
    const { process: _process, leaseUntil: _lease, ...kept } = known;
    return { ...kept, state: "unknown", attempt: known.attempt + 1, error };
  }
  const never = new Date(0).toISOString();
  const id = name ?? { origin: "", space: "", key: `(line ${line})` };
  const dates = { createdAt: never, updatedAt: never };
  return { ...id, model: "", inputHash: "", state: "unknown", attempt: 1, error, ...dates };
}
