import { callBack } from "../../options/callbacks.js";
import type { BatchEvent, BatchOptions } from "./batch-types.js";

/** Calls `onEvent` of a batch; what it throws is passed over. */
export function tellEvent(onEvent: NonNullable<BatchOptions["onEvent"]>, event: BatchEvent): void {
  void callBack(
    () => {},
    () => onEvent(event),
  );
}
