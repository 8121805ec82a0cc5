const freshMs = 15 * 60_000;

/**
 * Tells if a job ended just now: its host may have the files, or the permission to read them, only some seconds later. The time is
 * the service's text, which may lack a zone; where it tells nothing, the job counts as fresh.
 */
export function isFresh(finishedAt: string | undefined, now: number): boolean {
  const text = finishedAt ?? "";
  const at = Date.parse(/(z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  return Number.isNaN(at) || now - at < freshMs;
}
