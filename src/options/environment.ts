/** The names of the variables that may hold the token; the first that is set counts. */
export const tokenVariables = ["RUNCOMFY_TOKEN", "RUNCOMFY_API_TOKEN", "RUNCOMFY_API_KEY"] as const;

/** The first of these variables that is set, where there is an environment. */
export function readEnvironment(...variables: readonly string[]): string | undefined {
  const { process } = globalThis as {
    process?: { env?: { readonly [name: string]: string | undefined } };
  };
  return variables.map((name) => process?.env?.[name]).find(Boolean);
}
