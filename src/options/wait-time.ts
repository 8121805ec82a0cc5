/** The milliseconds for which a job is waited for, unless told otherwise; uploaded files must be there for as long. */
export const defaultWaitMs = 1_800_000;
