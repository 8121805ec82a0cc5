import { nameBudget } from "../../once/record/budget-name.js";
import type { Once } from "../../once/once-types.js";
import type { JobRecord, RecordId, State } from "../../once/record/record.js";
import type { Store } from "../../once/record/store.js";
import type { Clock } from "../../time/clock.js";
import { Semaphore } from "../../time/semaphore.js";
import { tellEvent } from "./batch-events.js";
import type { BatchEvent, BatchOptions, BatchPlan, BatchReport, NoticeCode } from "./batch-types.js";
import { SubmitGate } from "./submit-gate.js";
import type { KeyedRow } from "./keyed-rows.js";
import { countStates } from "./counted-states.js";

/** The parts that a run is made of. */
export interface RunParts {
  readonly options: BatchOptions;
  readonly once: Once;
  readonly store: Store;
  readonly clock: Clock;
  readonly plan: BatchPlan;
  readonly idOf: (key: string) => RecordId;
}

/** Saves at the same time: each may fetch three files. */
const mostSaves = 8;
const progressMs = 100;

/** A batch while it runs: its places, its counters, and the facts for its report. */
export class BatchRun {
  readonly parts: RunParts;
  readonly gate: SubmitGate;
  readonly submits: Semaphore;
  readonly running: Semaphore;
  readonly saves = new Semaphore(mostSaves);
  readonly states = countStates();
  readonly unknown: string[] = [];
  readonly unnoted: { key: string; job: string }[] = [];
  readonly filesMissing: string[] = [];
  readonly filesDeleted: { key: string; path: string }[] = [];
  /** One row at a time waits until the budget has dollars again: each try opens a connection. */
  readonly budgetTurn = new Semaphore(1);
  /** Jobs whose end is waited for. */
  waiting = 0;
  /** Jobs whose wait has ended. */
  endCount = 0;
  /** Rows that are being sent, or whose job is waited for. */
  moving = 0;
  #onChange: (() => void)[] = [];
  readonly #startedAt: number;
  readonly #toldAt = { progress: -Infinity };
  #ended = 0;
  #known = 0;

  constructor(parts: RunParts) {
    const { options, clock, plan } = parts;
    this.parts = parts;
    this.#startedAt = clock.now();
    this.gate = new SubmitGate(
      clock,
      ({ code, message }) => this.notify(code, message),
      () => this.waiting > 0,
    );
    this.submits = new Semaphore(options.submits ?? 4);
    this.running = new Semaphore(options.running ?? 32);
    Object.assign(this.states, { ...plan.states, new: plan.newRows });
    this.#known = plan.knownRows;
  }

  beginWait(): void {
    this.waiting++;
  }

  endWait(): void {
    this.waiting--;
    this.endCount++;
    this.#tellChange();
  }

  /** Called when a row goes on: it is sent, or its job is waited for. */
  beginMove(): void {
    this.moving++;
  }

  /** Called when a row has ended, or waits for the budget. */
  endMove(): void {
    this.moving--;
    this.#tellChange();
  }

  #tellChange(): void {
    for (const tell of this.#onChange.splice(0)) tell();
  }

  /** Resolves when a job has ended, or a row does not go on. */
  nextChange(): Promise<void> {
    return new Promise((resolve) => this.#onChange.push(resolve));
  }

  notify(code: NoticeCode, message: string): void {
    this.#emit({ type: "notice", code, message });
  }

  #emit(event: BatchEvent): void {
    const { onEvent } = this.parts.options;
    if (onEvent) tellEvent(onEvent, event);
  }

  /** Tells the state of a row; `before` is the one under which it was counted. */
  tell({ key, line }: KeyedRow, before: State, record: JobRecord, message?: string): void {
    const { state, job, costUsd, files, error } = record;
    this.states[before]--;
    this.states[state]++;
    if (["done", "failed", "cancelled"].includes(state) && state !== before) this.#ended++;
    const said = message ?? error?.message;
    this.#emit({
      type: "row",
      key,
      line,
      state,
      ...(job && { job: job.id }),
      ...(costUsd !== undefined && { costUsd }),
      ...(files && { files: files.map(({ path }) => path) }),
      ...(said !== undefined && { error: said }),
    });
  }

  /** Reports the progress, unless it was reported a moment ago. */
  async tellProgress(isLast = false): Promise<void> {
    const { clock, plan, options } = this.parts;
    const now = clock.now();
    if (!options.onEvent || (!isLast && now - this.#toldAt.progress < progressMs)) return;
    this.#toldAt.progress = now;
    const committedUsd = await this.committed();
    const left = plan.rows - this.#known - this.#ended - this.states.rejected;
    const leftMs = this.#ended > 0 ? ((now - this.#startedAt) / this.#ended) * Math.max(0, left) : undefined;
    this.#emit({
      type: "progress",
      rows: plan.rows,
      states: { ...this.states },
      committedUsd,
      ...(leftMs !== undefined && { leftMs }),
    });
  }

  committed(): Promise<number> {
    const { store, idOf, plan } = this.parts;
    return store.committed(nameBudget(idOf(""))).catch(() => plan.committedUsd);
  }

  async report(stopped: BatchReport["stopped"]): Promise<BatchReport> {
    const { plan } = this.parts;
    const { states, unknown, unnoted, filesMissing, filesDeleted } = this;
    return {
      plan,
      states: { ...states },
      committedUsd: await this.committed(),
      unknown,
      unnoted,
      filesMissing,
      filesDeleted,
      ...(stopped && { stopped }),
    };
  }
}
