import {
  aBoolean,
  aClock,
  aFunction,
  aLogger,
  aNumber,
  anything,
  aPositiveNumber,
  aSignal,
  aText,
} from "./check-options.js";
import type { OptionRules } from "./check-options.js";
import type {
  ClientOptions,
  ResultOptions,
  RunOptions,
  SignalOptions,
  StatusOptions,
  SubmitOptions,
  WaitOptions,
} from "./client-options.js";

/** Names of earlier versions and of other clients, for the name that was meant. */
export const renamed: { readonly [name: string]: string } = {
  minGapMs: "minPollIntervalMs",
  maxGapMs: "maxPollIntervalMs",
  looksPerSecond: "requestsPerSecond",
  apiKey: "token",
};

export const clientRules: OptionRules<ClientOptions> = {
  token: anything,
  baseUrl: aText,
  balanceUrl: aText,
  fetch: aFunction,
  allowTokenInBrowser: aBoolean,
  signal: aSignal,
  timeoutMs: aPositiveNumber,
  requestTimeoutMs: aPositiveNumber,
  submitTimeoutMs: aPositiveNumber,
  connectTimeoutMs: aPositiveNumber,
  minPollIntervalMs: aPositiveNumber,
  maxPollIntervalMs: aPositiveNumber,
  requestsPerSecond: aPositiveNumber,
  logger: aLogger,
  onStatus: aFunction,
  onRequest: aFunction,
  suggest: aFunction,
  clock: aClock,
  random: aFunction,
};

export const signalRules: OptionRules<SignalOptions> = { signal: aSignal };

export const statusRules: OptionRules<StatusOptions> = { signal: aSignal, tolerant: aBoolean };

export const waitRules: OptionRules<WaitOptions> = { signal: aSignal, timeoutMs: aPositiveNumber };

export const resultRules: OptionRules<ResultOptions> = { ...waitRules, onUpdate: aFunction };

export const submitRules: OptionRules<SubmitOptions> = {
  ...waitRules,
  check: aBoolean,
  precheck: aFunction,
  maxUsd: aNumber,
  assumeUsd: aNumber,
  onSend: aFunction,
  onRefused: aFunction,
  onJob: aFunction,
};

export const runRules: OptionRules<RunOptions> = {
  ...submitRules,
  ...resultRules,
  cancelOnAbort: aBoolean,
};
