/** The three ways in which HTTP writes a date, without the day of the week: `06 Nov 1994 … GMT`, `06-Nov-94 … GMT`, `Nov  6 … 1994`. */
const dates = /\d\d[ -]\w{3}[ -](?:\d\d){1,2} [\d:]{8} GMT|\w{3} [ \d]\d [\d:]{8} \d{4}/g;

function readDates(text: string): number[] {
  return [...text.matchAll(dates)].map(([date]) =>
    Date.parse(date.replaceAll("-", " ").replace(/ ([\d:]{8}) (\d{4})$/, " $2 $1 GMT")),
  );
}

/**
 * The wait that a `Retry-After` header asks for, in milliseconds: the longest of all that it names. Dates are measured by the
 * server's own `Date`, or by `today` where it sends none.
 */
export function readRetryAfter(
  header: string | null,
  date: string | null,
  today: number,
): number | undefined {
  if (!header) return undefined;
  // Longer headers are not Retry-After; this bounds the work that a hostile one makes.
  const text = header.slice(0, 1000);
  const seconds = text.split(",").map((part) => (/^\s*\d/.test(part) ? Number(part) * 1000 : NaN));
  const start = readDates((date ?? "").slice(0, 1000)).find(Number.isFinite) ?? today;
  const waits = [...seconds, ...readDates(text).map((at) => Math.max(0, at - start))].filter(Number.isFinite);
  return waits.length > 0 ? Math.max(...waits) : undefined;
}
