import { ConfigError } from "../errors/errors.js";
import { refuse, type Shape } from "./shapes.js";

/** Wraps a function of the caller's: what it throws, and what it gives that cannot be used, becomes a ConfigError that names it. */
export function guard<Args extends readonly unknown[], Given>(
  name: string,
  hook: (...args: Args) => Given,
  wanted: Shape,
) {
  return (...args: Args): Given => {
    let given: Given;
    try {
      given = hook(...args);
    } catch (cause) {
      throw hookError(name, cause);
    }
    if (!wanted.fits(given)) throw refuse("", { at: `\`${name}\``, value: given, wanted }, "gave");
    return given;
  };
}

function hookError(name: string, cause: unknown): ConfigError {
  return new ConfigError(`\`${name}\` threw: ${String(cause)}. It is a function of yours; see \`cause\`.`, {
    cause,
  });
}

/** What went wrong in the caller's functions while requests were answered; kept until the caller can be told. */
export interface Mishaps {
  /** Keeps an error, and tells those who wait. */
  add(error: ConfigError): void;
  /** Calls a function whose result is of no interest; what it throws or rejects with is kept. */
  watch(name: string, call: () => unknown): void;
  /** The work's outcome, or the first error that was kept or comes before it. */
  orElse<T>(work: Promise<T>): Promise<T>;
  /** Ends the list: the first error, with the number of all. */
  take(): ConfigError | undefined;
}

/** Makes an empty list of mishaps. */
export function createMishaps(): Mishaps {
  let errors: ConfigError[] = [];
  let isOver = false;
  const listeners = new Set<(error: ConfigError) => void>();
  function add(error: ConfigError): void {
    // Nobody asks any more: better an unhandled rejection than silence.
    if (isOver) throw error;
    errors.push(error);
    for (const tell of listeners) tell(error);
  }
  return {
    add,
    watch: (name, call) => {
      const keep = (cause: unknown): void => add(hookError(name, cause));
      try {
        Promise.resolve(call()).catch(keep);
      } catch (error) {
        keep(error);
      }
    },
    orElse: (work) =>
      new Promise((resolve, reject) => {
        listeners.add(reject);
        void work.then(resolve, reject).finally(() => listeners.delete(reject));
        if (errors[0] !== undefined) reject(errors[0]);
      }),
    take: () => {
      const [error, ...others] = errors;
      errors = [];
      isOver = true;
      if (error === undefined || others.length === 0) return error;
      const message = `${error.message} (The first of ${others.length + 1} mishaps.)`;
      return new ConfigError(message, { cause: error.cause });
    },
  };
}
