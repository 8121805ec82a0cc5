import type { JobRecord } from "../../once/record/record.js";
import { budgetChanges, roundUsd } from "../../once/record/transitions.js";
import { describeDamage } from "./damaged-record.js";
import type { Damage } from "./damaged-record.js";
import { LineReader } from "./line-reader.js";
import type { BadText, Place } from "./line-reader.js";
import { parseRecord } from "./record-line.js";
import type { Line, LineRecord } from "./record-line.js";

/** The last line of a record. Its text stays in the file and is read when it is needed, since there may be many records. */
interface Entry {
  /** Undefined where no line of the record could be read. */
  readonly place: Place | undefined;
  /** Set where a later line of the record is damaged. */
  readonly damage?: Damage | undefined;
}

/** Only records with one of these fields count against a budget or against places. */
const counts = /"(?:budget|place)":/;

/** The records of a file, kept up to date with the bytes that are read of it. The order of the lines decides, and nothing else. */
export class RecordLog {
  readonly #readText: (at: number, length: number) => string;
  readonly #entries = new Map<string, Entry>();
  readonly #reader = new LineReader({
    takeLine: (line, place) => this.#takeLine(line, place),
    noteDamage: (bad) => this.#noteDamage(bad),
  });
  /** Committed dollars by budget; summed up when they are first asked for, since that means to read each record. */
  #budgets: Map<string, number> | undefined;
  #version: number | undefined;
  #lost: number[] = [];
  #hasForgotten = false;
  /** Lines that counted since the last `startNoting`, and ids that were forgotten. */
  #noted: Set<string> | undefined;

  /** `readText` reads a line of the file again. */
  constructor(readText: (at: number, length: number) => string) {
    this.#readText = readText;
  }

  /** True where the file ends in the middle of a line: what follows must begin on a line of its own. */
  get isTorn(): boolean {
    return this.#reader.isTorn;
  }

  /** The number for the next line. */
  get next(): number {
    return this.#reader.next;
  }

  /** The version that the header tells; undefined before one was read. */
  get version(): number | undefined {
    return this.#version;
  }

  /** True where another file has taken the place of this one. */
  get isSealed(): boolean {
    return this.#reader.isSealed;
  }

  get lineCount(): number {
    return this.#reader.lineCount;
  }

  get recordCount(): number {
    return this.#entries.size;
  }

  /** Lines of damage that tells of no record. */
  get lostLines(): readonly number[] {
    return [
      ...this.#lost,
      ...this.#reader.undecided.filter(({ told }) => told.ids.length === 0).map(({ line }) => line),
    ];
  }

  /** True where any record is damaged. */
  get isDamaged(): boolean {
    const isAnyDamaged = [...this.#entries.values()].some(({ damage }) => damage);
    return isAnyDamaged || this.#reader.undecided.length > 0 || this.#lost.length > 0;
  }

  /** True where the file still holds lines of records that were taken away. */
  get hasForgotten(): boolean {
    return this.#hasForgotten;
  }

  startNoting(): void {
    this.#noted = new Set();
  }

  /** True where this very line, or the one that takes this id away, counted since `startNoting`. */
  hasNoted(text: string): boolean {
    return this.#noted?.has(text) === true;
  }

  committed(budget: string): number {
    if (!this.#budgets) {
      const sums = new Map<string, number>();
      for (const [id, entry] of this.#entries)
        if (counts.test(this.#textOf(entry) ?? "")) addChanges(sums, undefined, this.#read(id)!);
      this.#budgets = sums;
    }
    return roundUsd(this.#budgets.get(budget) ?? 0);
  }

  /** Takes the next bytes of the file. */
  take(chunk: Buffer): void {
    this.#reader.take(chunk);
  }

  /** Takes the text behind the last line end for a line, where it is a whole one. */
  takeRest(): void {
    this.#reader.takeRest();
  }

  #takeLine(line: Line, place: Place): void {
    if (line.kind === "header") this.#version = line.version;
    else if (line.kind === "forgotten") this.#forget(line.id);
    else if (line.kind === "record") this.#takeRecord(line.id, line.text, place);
  }

  #takeRecord(id: string, text: string, place: Place): void {
    const before = this.#budgets && this.#read(id);
    // A later line of the record repairs the damage, and tells which of the two ids was right.
    for (const other of this.#entries.get(id)?.damage?.ids ?? []) this.#entries.delete(other);
    // The records stay in the order in which they were changed last.
    this.#entries.delete(id);
    this.#entries.set(id, { place });
    this.#noted?.add(text);
    if (!this.#budgets) return;
    if ((before && budgetChanges(undefined, before).length > 0) || counts.test(text))
      addChanges(this.#budgets, before, parseRecord(text));
  }

  #forget(id: string): void {
    this.#hasForgotten = true;
    const before = this.#budgets && this.#read(id);
    this.#entries.delete(id);
    this.#noted?.add(id);
    for (const { budget, usd } of before ? budgetChanges(undefined, before) : [])
      this.#budgets!.set(budget, (this.#budgets!.get(budget) ?? 0) - usd);
  }

  #noteDamage({ told, line }: BadText): void {
    if (told.ids.length === 0) this.#lost.push(line);
    const damage: Damage = { line, told, ids: this.#choose(told.ids) };
    for (const id of damage.ids) this.#entries.set(id, { place: this.#entries.get(id)?.place, damage });
  }

  /** The records that a damaged line may belong to: the one whose id ends the line, where that is known, else all of them. */
  #choose(ids: readonly string[]): readonly string[] {
    return ids.length > 0 && this.#entries.has(ids[0]!) ? ids.slice(0, 1) : ids;
  }

  /** The record of a short id, as the file tells it: where its last line is damaged, unknown. */
  read(id: string): LineRecord | undefined {
    const bad = this.#reader.undecided.find(({ told }) => this.#choose(told.ids).includes(id));
    if (!bad) return this.#read(id);
    return describeDamage(this.#textOf(this.#entries.get(id)), bad);
  }

  #read(id: string): LineRecord | undefined {
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    const text = this.#textOf(entry);
    return entry.damage ? describeDamage(text, entry.damage) : parseRecord(text!);
  }

  #textOf(entry: Entry | undefined): string | undefined {
    return entry?.place && this.#readText(entry.place.at, entry.place.length);
  }

  /** The short ids of records that are not damaged and whose line holds a text, the ones that were changed last first. */
  *newest(part: string): Generator<string> {
    for (const [id, entry] of [...this.#entries].reverse())
      if (!entry.damage && this.#textOf(entry)?.includes(part)) yield id;
  }

  /** All records with their short ids, in the order in which they were changed last. */
  *records(): Generator<readonly [id: string, record: LineRecord]> {
    const ids = new Set<string>();
    for (const [id, { damage }] of this.#entries) if (!damage || damage.ids[0] === id) ids.add(id);
    for (const { told } of this.#reader.undecided)
      for (const id of this.#choose(told.ids).slice(0, 1)) ids.add(id);
    for (const id of ids) yield [id, this.read(id)!];
  }

  /** The last line of each record, for a file that is not damaged. */
  *texts(): Generator<string> {
    for (const entry of this.#entries.values()) if (entry.place) yield this.#textOf(entry)!;
  }
}

function addChanges(sums: Map<string, number>, before: JobRecord | undefined, after: JobRecord): void {
  for (const { budget, usd } of budgetChanges(before, after)) sums.set(budget, (sums.get(budget) ?? 0) + usd);
}
