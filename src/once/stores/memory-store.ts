import { aFunction, checkOptions } from "../../options/check-options.js";
import { createStore } from "./backed-store.js";
import type { Changed } from "./backed-store.js";
import type { JobRecord, RecordId } from "../record/record.js";
import { idText, selectInOrder } from "../record/record-order.js";
import type { Store } from "../record/store.js";
import { budgetChanges, recordWithin, roundUsd } from "../record/transitions.js";

/**
 * Keeps records in this process's memory: for tests, and against a double click. They end with the process. `date` gives the time
 * in ms since 1970 by which leases are judged; default the platform's.
 */
export function memoryStore(options: { readonly date?: () => number } = {}): Store {
  checkOptions("memoryStore", options, { date: aFunction });
  const { date = () => Date.now() } = options;
  const records = new Map<string, JobRecord>();
  const inputs = new Map<string, string>();
  const budgets = new Map<string, number>();
  const read = (id: RecordId): Changed => ({ record: records.get(idText(id)), now: date() });
  return createStore({
    open: async () => ({
      durability: "none",
      warning: "The records are kept in memory only: they end with this process.",
    }),
    change: async (id, rule, { inTransaction } = {}) => {
      await inTransaction?.(undefined);
      const { record: before, now } = read(id);
      const change = rule(before, now);
      if (!change) return { record: before, now };
      const record = recordWithin(before, change, (budget) => budgets.get(budget) ?? 0);
      records.set(idText(id), record);
      for (const { budget, usd } of budgetChanges(before, record))
        budgets.set(budget, (budgets.get(budget) ?? 0) + usd);
      return { record, now };
    },
    read: async (id) => read(id),
    list: async function* (query) {
      const now = date();
      for (const record of selectInOrder(records.values(), query)) yield { record, now };
    },
    committed: async (budget) => roundUsd(budgets.get(budget) ?? 0),
    payload: {
      put: async (id, input) => void inputs.set(idText(id), JSON.stringify(input)),
      get: async (id) => {
        const text = inputs.get(idText(id));
        return text === undefined ? undefined : JSON.parse(text);
      },
      remove: async (id) => void inputs.delete(idText(id)),
    },
    close: async () => {},
  });
}
