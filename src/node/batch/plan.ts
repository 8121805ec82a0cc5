import { nameBudget } from "../../once/record/budget-name.js";
import type { JobRecord, RecordId } from "../../once/record/record.js";
import type { Store } from "../../once/record/store.js";
import { KeyConflictError } from "../../once/record/once-errors.js";
import type { RowProblem } from "./batch-row.js";
import { tellEvent } from "./batch-events.js";
import type { BatchOptions, BatchPlan } from "./batch-types.js";
import { keyRows } from "./keyed-rows.js";
import type { KeyedRow } from "./keyed-rows.js";
import { checkRow } from "./row-check.js";
import { CountedStates, countStates, maySend } from "./counted-states.js";
import type { Spool } from "./row-spool.js";

/** The most problems that a plan holds; `onEvent` is told of all. */
const mostProblems = 1000;

/** A plan, and how its rows are counted in it. */
export interface Planned {
  readonly plan: BatchPlan;
  /** The states under which the rows that fit are counted, in their order. */
  readonly counted: CountedStates;
}

/** Reads all rows once: checks them, compares them with the record, and sums up what they cost. Throws where keys conflict. */
export async function planBatch(
  { model, maxUsd, assumeUsd, retry, attach, onEvent }: BatchOptions,
  { rows: given }: Spool,
  store: Store,
  idOf: (key: string) => RecordId,
): Promise<Planned> {
  const states = countStates();
  const counted = new CountedStates();
  const problems: RowProblem[] = [];
  const sums = { rows: 0, newRows: 0, usdAtLeast: 0, unpricedRows: 0, isExact: true };
  const isFirst = await isEmpty(store, idOf(""));
  for await (const row of keyRows(given, model.id, attach)) {
    if (row.isRepeated) continue;
    sums.rows++;
    const found = checkRow(model, row, attach !== undefined);
    if (found.length > 0) {
      problems.push(...found.slice(0, mostProblems - problems.length));
      if (onEvent) for (const problem of found) tellEvent(onEvent, { type: "problem", ...problem });
      states.rejected++;
      continue;
    }
    const record = isFirst ? undefined : await store.get(idOf(row.key));
    if (record) refuseConflict(record, row, model.id);
    const isOpen = record === undefined || maySend(record.state, retry) || isOtherInput(record, row);
    if (record && !isOpen) {
      states[record.state]++;
      counted.add(record.state);
      continue;
    }
    sums.newRows++;
    counted.add("new");
    const { usd, bound } = model["~estimate"](row.input);
    if (bound !== "exact") sums.isExact = false;
    if (bound !== "exact" && assumeUsd === undefined) sums.unpricedRows++;
    sums.usdAtLeast += bound === "exact" ? (usd ?? 0) : Math.max(usd ?? 0, assumeUsd ?? 0);
  }
  const committedUsd = await store.committed(nameBudget(idOf("")));
  const usdAtLeast = Math.round(sums.usdAtLeast * 1e6) / 1e6;
  const knownRows = sums.rows - sums.newRows - states.rejected;
  return {
    plan: { ...sums, usdAtLeast, knownRows, states, problems, committedUsd, maxUsd },
    counted,
  };
}

async function isEmpty(store: Store, { origin, space }: RecordId): Promise<boolean> {
  for await (const _ of store.list({ origin, space, limit: 1 })) return false;
  return true;
}

function isOtherInput(record: JobRecord, { inputHash }: KeyedRow): boolean {
  return record.inputHash !== inputHash && record.state === "rejected";
}

function refuseConflict(record: JobRecord, { key, inputHash, line }: KeyedRow, modelId: string): void {
  const { state, job, otherJobs } = record;
  const isOpen = !job && !otherJobs && ["new", "held", "rejected"].includes(state);
  const isSame = record.model === modelId && record.inputHash === inputHash;
  if (isOpen || isSame || record.inputHash === "") return;
  const differs = record.model === modelId ? "another input" : `the model ${record.model}`;
  throw new KeyConflictError(
    `Line ${line}: the key ${JSON.stringify(key)} belongs to a job with ${differs}, which is ${state}. Nothing was sent. ` +
      "Give the changed row another key.",
    { key, record, job },
  );
}
