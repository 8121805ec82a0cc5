import { describeIssue } from "../../errors/issue.js";
import type { Issue } from "../../errors/issue.js";
import type { Schema } from "../../input/model.js";
import { retryDelay } from "../../time/back-off.js";
import type { ProxyCall } from "../proxy/proxy-wire.js";
import { findFiles, hideFiles, uploadFiles } from "./file-upload.js";
import { idle, isRunning, nextCall, stepJob } from "./page-state.js";
import type { PageEvent } from "./page-state.js";
import type { JobStorage } from "./job-storage.js";
import { viewJob } from "./page-view.js";
import type { JobView } from "./page-view.js";
import { callProxy, CallFailure } from "./proxy-calls.js";
import type { ProxyAddress, ReplyTo } from "./proxy-calls.js";

/** The model of a job, as far as the page has it: with its own check where it is a generated module's. */
export interface PageModel {
  readonly id: string;
  readonly input?: Schema;
  /** The model's own check; without it the server checks the input. */
  readonly "~check"?: (input: unknown) => readonly Issue[];
}

/** The parts that a store needs. */
export interface JobStoreContext extends ProxyAddress {
  readonly model: PageModel;
  readonly storage: JobStorage;
}

/**
 * Follows one job of a page, and calls its listeners. Makes no calls while nobody listens, except for a job that is being sent.
 * `page-state.ts` decides the next call and the state that follows from a reply.
 */
export class JobStore {
  readonly #context: JobStoreContext;
  readonly #listeners = new Set<() => void>();
  #job = idle;
  #view: JobView = viewJob(idle, 0);
  #hasResumed = false;
  #isFollowing = false;
  #isTicking = false;
  /** Ends the sleep or the call that is under way for the present job. */
  #current = new AbortController();

  constructor(context: JobStoreContext) {
    this.#context = context;
  }

  /** Calls `listener` after each change, until the function that it returns is called. Needs no `this`, like the other methods. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#resume();
    this.#goOn();
    return () => {
      this.#listeners.delete(listener);
      const mayPause = this.#job.phase === "resuming" || this.#job.entry?.handle !== undefined;
      if (this.#listeners.size === 0 && mayPause) this.#interrupt();
    };
  };

  /** The job as it is shown: the same object until something has changed. */
  readonly read = (): JobView => this.#view;

  /** Sends a job, unless one is running: a second click starts no second job. */
  readonly submit = (input: unknown): void => {
    if (!isRunning(this.#job)) void this.#prepare(input, this.#interrupt());
  };

  /** Asks the service to cancel the job; one that is not sent yet is not sent. */
  readonly cancel = (): void => {
    const { entry } = this.#job;
    this.#dispatch({ type: entry === undefined && isRunning(this.#job) ? "reset" : "cancel" });
    // A submit that is under way may have reached the server: its answer is needed to cancel the job.
    if (entry === undefined || entry.handle !== undefined) this.#interrupt();
    this.#goOn();
  };

  /** Forgets the job; one that is running goes on at the service. */
  readonly reset = (): void => {
    this.#interrupt();
    this.#dispatch({ type: "reset" });
  };

  #dispatch(event: PageEvent): void {
    const { storage } = this.#context;
    const before = this.#job;
    this.#job = stepJob(before, event);
    const { entry } = this.#job;
    if (before.entry && !entry && event.type !== "leave") storage.forget(before.entry.key);
    if (entry && entry !== before.entry) storage.keep(entry);
    this.#show();
  }

  #show(): void {
    this.#view = viewJob(this.#job, this.#context.clock.now());
    for (const listener of this.#listeners) listener();
  }

  #interrupt(): AbortSignal {
    this.#current.abort();
    this.#current = new AbortController();
    return this.#current.signal;
  }

  #resume(): void {
    if (this.#hasResumed) return;
    this.#hasResumed = true;
    const entry = this.#context.storage.readLatest();
    if (entry && this.#job === idle)
      this.#dispatch({ type: "resume", now: this.#context.clock.now(), entry });
  }

  #goOn(): void {
    void this.#follow();
    void this.#tick();
  }

  /** Shows the elapsed time each second. */
  async #tick(): Promise<void> {
    if (this.#isTicking) return;
    this.#isTicking = true;
    while (this.#listeners.size > 0 && isRunning(this.#job)) {
      await this.#context.clock.sleep(1000);
      if (isRunning(this.#job)) this.#show();
    }
    this.#isTicking = false;
  }

  /** Makes one call after the other, as the state of the job asks for them. */
  async #follow(): Promise<void> {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    const { clock, model } = this.#context;
    try {
      for (;;) {
        const next = nextCall(this.#job, model.id);
        if (!next || (this.#listeners.size === 0 && next.call.call !== "submit")) return;
        const { signal } = this.#current;
        try {
          if (next.afterMs > 0) await clock.sleep(next.afterMs, signal);
          const reply = await this.#ask(next.call, signal);
          if (!signal.aborted) this.#dispatch({ type: "reply", now: clock.now(), call: next.call, reply });
        } catch (error) {
          if (!signal.aborted) this.#dispatch(this.#readFailure(next.call, error));
        }
      }
    } finally {
      this.#isFollowing = false;
    }
  }

  /** Makes a call until it is answered, however long there is no connection. */
  async #ask<Call extends ProxyCall>(call: Call, signal: AbortSignal): Promise<ReplyTo<Call>> {
    for (let failures = 1; ; failures++) {
      try {
        return await callProxy(this.#context, call, signal);
      } catch (error) {
        if (!(error instanceof CallFailure) || !this.#mayRepeat(call, error)) throw error;
        this.#dispatch({ type: "notice", notice: `${error.message} Trying again.` });
        const delayMs = error.error.retryAfterMs ?? retryDelay(failures, Math.random);
        await this.#context.clock.sleep(delayMs, signal);
      }
    }
  }

  /** A job that has a handle is followed after every failure: a session may have ended, and begin again. */
  #mayRepeat({ call }: ProxyCall, failure: CallFailure): boolean {
    const isGone = failure.error.code === "not_found" || this.#job.phase === "resuming";
    return failure.isPassing || (!isGone && (call === "status" || call === "result"));
  }

  #readFailure({ call }: ProxyCall, failure: unknown): PageEvent {
    if (!(failure instanceof CallFailure)) throw failure;
    const { error } = failure;
    const isGone = error.code === "not_found";
    // Where nobody is logged in, the next user to log in may be the owner of this job.
    if (this.#job.phase === "resuming") return { type: isGone ? "reset" : "leave" };
    if (call === "cancel" && !isGone) return { type: "keepRunning", notice: error.message };
    return { type: "refuse", error };
  }

  /** Takes an input to the point where it may be sent: checked, its files uploaded, and kept under the user's name. */
  async #prepare(input: unknown, signal: AbortSignal): Promise<void> {
    const { model, clock, fetch } = this.#context;
    const files = model.input ? findFiles(model.input, input) : [];
    this.#dispatch({ type: "begin", now: clock.now(), phase: files.length > 0 ? "uploading" : "sending" });
    void this.#tick();
    try {
      checkInput(model, hideFiles(input, files));
      const { user } = await this.#ask({ call: "user" }, signal);
      const sent = await uploadFiles(
        model.id,
        input,
        files,
        (call) => this.#ask(call, signal),
        fetch,
        signal,
      );
      signal.throwIfAborted();
      const entry = { key: makeKey(), user, input: sent as { readonly [name: string]: unknown } };
      this.#dispatch({ type: "send", now: clock.now(), entry });
      await this.#follow();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof CallFailure)) throw error;
      this.#dispatch({ type: "refuse", error: error.error });
    }
  }
}

function checkInput(model: PageModel, input: unknown): void {
  const issues = (model["~check"]?.(input) ?? []).filter(({ severity }) => !severity);
  if (issues.length === 0) return;
  const message = `The input does not fit; nothing was sent: ${issues.map(describeIssue).join("; ")}`;
  throw new CallFailure({ code: "input", message, issues });
}

/** A key that nobody can guess; `crypto.randomUUID` is missing on pages without https. */
function makeKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
