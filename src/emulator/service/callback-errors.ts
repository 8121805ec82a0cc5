import { ConfigError } from "../../errors/errors.js";
import { show } from "../../errors/issue.js";
import type { OptionRule } from "../../options/check-options.js";

/** Wraps a function of the options: an error that it throws and a value that does not fit become a ConfigError that names it. */
export function guardCallback<Args extends readonly unknown[], Given>(
  name: string,
  callback: (...args: Args) => Given,
  rule: OptionRule,
): (...args: Args) => Given {
  return (...args) => {
    let given: Given;
    try {
      given = callback(...args);
    } catch (cause) {
      throw createCallbackError(name, cause);
    }
    const expected = rule(given);
    if (expected === undefined) return given;
    throw new ConfigError(`\`${name}\` gave ${show(given)}; it must be ${expected}.`);
  };
}

function createCallbackError(name: string, cause: unknown): ConfigError {
  return new ConfigError(`\`${name}\` threw: ${String(cause)}. It is a function of yours; see \`cause\`.`, {
    cause,
  });
}

/** The errors of the caller's functions during requests, kept until `close()` or `nextRequest()` can reject with them. */
export interface CallbackErrors {
  /** Keeps an error, and rejects the promises that wait. */
  add(error: ConfigError): void;
  /** Calls a function and ignores its result; an error that it throws or rejects with is kept. */
  watch(name: string, call: () => unknown): void;
  /** The outcome of `work`, or the first error that was kept already or is kept before `work` settles. */
  orElse<T>(work: Promise<T>): Promise<T>;
  /** Ends the list: the first error, with the number of all. */
  take(): ConfigError | undefined;
}

interface ErrorState {
  errors: ConfigError[];
  isOver: boolean;
  readonly listeners: Set<(error: ConfigError) => void>;
}

/** Makes an empty list of callback errors. */
export function createCallbackErrors(): CallbackErrors {
  const state: ErrorState = { errors: [], isOver: false, listeners: new Set() };
  return {
    add: (error) => keepError(state, error),
    watch: (name, call) => watchCallback(state, name, call),
    orElse: (work) =>
      new Promise((resolve, reject) => {
        state.listeners.add(reject);
        void work.then(resolve, reject).finally(() => state.listeners.delete(reject));
        if (state.errors[0] !== undefined) reject(state.errors[0]);
      }),
    take: () => {
      state.isOver = true;
      return summarize(state.errors.splice(0));
    },
  };
}

function keepError(state: ErrorState, error: ConfigError): void {
  // Nothing reads the list after `close()`: an unhandled rejection is better than silence.
  if (state.isOver) throw error;
  state.errors.push(error);
  for (const reject of state.listeners) reject(error);
}

function watchCallback(state: ErrorState, name: string, call: () => unknown): void {
  const keep = (cause: unknown): void => keepError(state, createCallbackError(name, cause));
  try {
    Promise.resolve(call()).catch(keep);
  } catch (error) {
    keep(error);
  }
}

function summarize([error, ...others]: readonly ConfigError[]): ConfigError | undefined {
  if (error === undefined || others.length === 0) return error;
  const message = `${error.message} (The first of ${others.length + 1} callback errors.)`;
  return new ConfigError(message, { cause: error.cause });
}
