/** Why a file could not be measured, in words for the user. */
export class UnmeasurableError extends Error {}

/** Loads an optional library, or says what to install. */
export async function loadLibrary<T>(name: string, loader: () => Promise<T>): Promise<T> {
  try {
    return await loader();
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND";
    throw new UnmeasurableError(
      missing
        ? `the package ${name} is not installed; run: npm install ${name}`
        : `the package ${name} cannot be loaded`,
      { cause },
    );
  }
}
