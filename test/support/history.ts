/** A record as any store lists it, as far as the check needs it. */
export interface RecordedJob {
  readonly key: string;
  readonly state: string;
  readonly job?: { readonly id: string } | undefined;
}

/** A job that the service has accepted. */
export interface AcceptedJob {
  readonly id: string;
  /** The key of the record that it was submitted for. */
  readonly key: string;
}

/** The comparison of a store with what the service has accepted. */
export interface History {
  /** Keys for which more than one job was accepted. */
  readonly paidTwice: readonly string[];
  /** Keys whose job was accepted while the record says that nothing was sent, names another job, or is missing. */
  readonly unrecorded: readonly string[];
  /** Keys whose record names a job that the service does not know. */
  readonly invented: readonly string[];
  /** Keys that wait for a person to say what became of them. */
  readonly unknown: readonly string[];
  /** Those of them for which nothing had been accepted. */
  readonly neverSent: readonly string[];
}

const mayBePaid = ["sending", "unknown"];

/** Compares all records of a store with all jobs of the service. */
export const checkHistory = (records: readonly RecordedJob[], jobs: readonly AcceptedJob[]): History => {
  const byKey = new Map<string, AcceptedJob[]>();
  for (const job of jobs) byKey.set(job.key, [...(byKey.get(job.key) ?? []), job]);
  const recordOf = new Map(records.map((record) => [record.key, record]));
  const isRecorded = (key: string, accepted: readonly AcceptedJob[]): boolean => {
    const record = recordOf.get(key);
    if (!record) return false;
    return record.job ? accepted.some(({ id }) => id === record.job?.id) : mayBePaid.includes(record.state);
  };
  const ids = new Set(jobs.map(({ id }) => id));
  const unknown = records.filter(({ state }) => mayBePaid.includes(state)).map(({ key }) => key);
  return {
    paidTwice: [...byKey].filter(([, accepted]) => accepted.length > 1).map(([key]) => key),
    unrecorded: [...byKey].filter(([key, accepted]) => !isRecorded(key, accepted)).map(([key]) => key),
    invented: records.filter(({ job }) => job && !ids.has(job.id)).map(({ key }) => key),
    unknown,
    neverSent: unknown.filter((key) => !byKey.has(key)),
  };
};
