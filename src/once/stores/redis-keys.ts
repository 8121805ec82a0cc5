import type { RecordId, State } from "../record/record.js";

/** The names under which the store keeps its things. */
export interface RedisKeys {
  /** A hash with the fields record and revision. */
  job(id: RecordId): string;
  /** The input of a job, as JSON. */
  input(id: RecordId): string;
  /** A sorted set with the places of all records, or of those in one state. */
  places(state: State | undefined): string;
  /** A hash with the committed nanodollars of each budget. */
  readonly budgets: string;
}

/** Names the keys. They share a hash tag: a Redis Cluster then keeps them on one node, which scripts need. */
export function nameKeys(prefix: string): RedisKeys {
  return {
    job: (id) => `{${prefix}}:job:${placeOf(id)}`,
    input: (id) => `{${prefix}}:input:${placeOf(id)}`,
    places: (state) => `{${prefix}}:places${state === undefined ? "" : `:${state}`}`,
    budgets: `{${prefix}}:budgets`,
  };
}

/** Ends each part of a place: the places then have the order of their parts, since no sign is smaller. */
const end = "\0";

/** The place of a record in the order of all. */
export function placeOf({ origin, space, key }: RecordId): string {
  return origin + end + space + end + key;
}

/** The record of a place. */
export function idAt(place: string): RecordId {
  const [origin = "", space = "", ...key] = place.split(end);
  return { origin, space, key: key.join(end) };
}

/** The first and last place of a list, as ZRANGEBYLEX takes them. */
export function rangeOf(
  origin: string | undefined,
  space: string | undefined,
  after: RecordId,
): readonly [string, string] {
  const from = `(${placeOf(after)}`;
  if (origin === undefined) return [from, "+"];
  const start = space === undefined ? origin : origin + end + space;
  // The sign behind the one that ends a part: all places that begin with these parts come before it.
  return [from, `(${start}\u0001`];
}
