/** Codes of PostgreSQL for something that another program has created meanwhile, or creates at the same moment (a deadlock). */
const madeMeanwhile = ["23505", "42P06", "42P07", "42710", "40P01"];
const mostTries = 5;

/** Creates something in the database. Where several programs do so at once, all but one may fail: they then find it there. */
export async function createTogether<T>(create: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await create();
    } catch (error) {
      if (tries === mostTries || !madeMeanwhile.includes(postgresCode(error))) throw error;
    }
  }
}

/** The code with which PostgreSQL has ended a statement; empty for other errors. */
export function postgresCode(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === "string" ? code : "";
}
