import type { JobRecord } from "runcomfy-models/once";
import type { Session } from "../session/session.js";
import type { Order } from "./order.js";

/**
 * Sends an order, once for its key. No cancelled call ends it. Where the server ends, a request that has left is finished and
 * recorded, and one that has not left is not sent.
 */
export function sendOrder(session: Session, order: Order): Promise<JobRecord> {
  const { once, sending, closing } = session;
  const { key, model, modelId, input, inputHash, attach } = order;
  const stop = new AbortController();
  let isOnTheWay = false;
  const stopUnsent = () => {
    if (!isOnTheWay) stop.abort(closing.signal.reason);
  };
  closing.signal.addEventListener("abort", stopUnsent);
  if (closing.signal.aborted) stopUnsent();
  const sent = once.submit(key, model, input, {
    // The input has been checked.
    check: false,
    ...(attach && { attach }),
    signal: stop.signal,
    onSend: () => {
      isOnTheWay = true;
    },
    onRefused: () => {
      isOnTheWay = false;
      if (closing.signal.aborted) stopUnsent();
    },
  });
  const ended = sent
    .catch((error: unknown) => {
      session.log(`The job under the key ${JSON.stringify(key)} was not started: ${String(error)}`);
    })
    .finally(() => {
      closing.signal.removeEventListener("abort", stopUnsent);
      if (sending.get(key)?.ended === ended) sending.delete(key);
    });
  sending.set(key, { ended, model: modelId, inputHash });
  return sent;
}
