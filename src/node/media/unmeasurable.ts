/** A file could not be measured. The message says why, in words for the user. */
export class UnmeasurableError extends Error {}

/** A file of this machine that cannot be sent at all. The message says why, in words for the user. */
export class UnusableFileError extends UnmeasurableError {}

/** Loads an optional library. Its error says which package to install. */
export async function loadLibrary<Library>(name: string, load: () => Promise<Library>): Promise<Library> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND";
    throw new UnmeasurableError(
      isMissing
        ? `the package ${name} is not installed; run: npm install ${name}`
        : `the package ${name} cannot be loaded`,
      { cause },
    );
  }
}
