import type { JobRecord } from "runcomfy-models/once";
import type { Intent, Session } from "../session/session.js";
import type { Order } from "./order.js";

/** A job that is older than this does not count as a repetition. */
const recentMs = 86_400_000;

const paidStates: readonly JobRecord["state"][] = ["sending", "accepted", "unknown", "done"];

/** Another key whose job has the same model and input. */
export interface EarlierJob {
  readonly key: string;
  readonly record?: JobRecord;
}

/**
 * The jobs of the last day with the order's model and input under other keys, the newest first: agents often invent a new key where
 * they mean to repeat a call. Calls that are about to send the same count where they came first.
 */
export async function findEarlier(session: Session, order: Order): Promise<readonly EarlierJob[]> {
  const { client, store, sending, intended } = session;
  const isSame = ({ model, inputHash }: Intent) => model === order.modelId && inputHash === order.inputHash;
  const calls = [...intended.keys()];
  const before = calls.slice(0, calls.indexOf(order.key)).filter((key) => isSame(intended.get(key)!));
  const sent = [...sending].flatMap(([key, one]) => (key !== order.key && isSame(one) ? key : []));
  const found: JobRecord[] = [];
  for await (const record of store.list({ origin: client.origin, space: "" }))
    if (record.key !== order.key && isSame(record) && isRecent(record) && paidStates.includes(record.state))
      found.push(record);
  found.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  const unrecorded = [...new Set([...before, ...sent])].filter(
    (key) => !found.some((record) => record.key === key),
  );
  return [...unrecorded.map((key) => ({ key })), ...found.map((record) => ({ key: record.key, record }))];
}

function isRecent({ createdAt }: JobRecord): boolean {
  return Date.parse(createdAt) > Date.now() - recentMs;
}
