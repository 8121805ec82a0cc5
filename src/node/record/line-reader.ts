import { readDamaged, readLine, splitJoined } from "./record-line.js";
import type { DamagedLine, Line } from "./record-line.js";

/** The place of a line in the file, in bytes. */
export interface Place {
  readonly at: number;
  readonly length: number;
}

/** A text between two line ends that is no whole line. */
export interface BadText {
  readonly line: number;
  readonly told: DamagedLine;
}

/** Takes the lines that count, and the lines that are damaged. */
export interface LineSink {
  takeLine(line: Line, place: Place): void;
  noteDamage(bad: BadText): void;
}

const newline = 0x0a;

/**
 * Takes the bytes of a file of records apart into lines, and decides which of them count: those whose number is above that of the
 * line before, so that a program that stood still cannot overwrite what others have written meanwhile. A text that is no whole line
 * was torn, and is dropped, where the next line goes on with the number that it would have had: the program that wrote it was
 * killed, and nobody acted on it. Where that number is left out, the text was a line once, and is damaged.
 */
export class LineReader {
  readonly #sink: LineSink;
  /** Bytes behind the last line end, and their place in the file. */
  #rest: Buffer = Buffer.alloc(0);
  #restAt = 0;
  /** Bytes of the file that were taken. */
  #taken = 0;
  #bad: BadText[] = [];
  #lines = 0;
  #last = -1;
  #isSealed = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  /** True where the file ends in the middle of a line: what follows must begin on a line of its own. */
  get isTorn(): boolean {
    return this.#rest.length > 0;
  }

  /** The number for the next line. A damaged line has had a number, too; a torn one was never acted upon. */
  get next(): number {
    return this.#last + 1 + this.#bad.length;
  }

  /** True where another file has taken the place of this one: no further line counts. */
  get isSealed(): boolean {
    return this.#isSealed;
  }

  get lineCount(): number {
    return this.#lines;
  }

  /** The texts behind the last line that counts: torn or damaged, which the next line tells. */
  get undecided(): readonly BadText[] {
    return this.#bad;
  }

  /** Takes the next bytes of the file. */
  take(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const part = chunk.subarray(start, end);
      if (this.#rest.length > 0) this.#takeText(Buffer.concat([this.#rest, part]), this.#restAt);
      else this.#takeText(part, this.#taken + start);
      this.#rest = Buffer.alloc(0);
      start = end + 1;
    }
    if (this.#rest.length === 0) this.#restAt = this.#taken + start;
    if (start < chunk.length) this.#rest = Buffer.concat([this.#rest, chunk.subarray(start)]);
    this.#taken += chunk.length;
  }

  /** Takes the text behind the last line end for a line, where it is a whole one: only its line end was damaged or cut. */
  takeRest(): void {
    const isOddEnd = this.#rest.length > 1 && readLine(this.#rest) === undefined;
    const text = isOddEnd ? this.#rest.subarray(0, -1) : this.#rest;
    const line = readLine(text);
    if (!line) return;
    this.#takeLine(line, { at: this.#restAt, length: text.length });
    // Not empty, so that the next line begins with a line end.
    this.#rest = Buffer.from(" ");
  }

  #takeText(bytes: Buffer, at: number): void {
    this.#lines++;
    const line = readLine(bytes);
    if (line) return this.#takeLine(line, { at, length: bytes.length });
    const parts = splitJoined(bytes);
    if (parts && parts.every((part) => readLine(part))) {
      this.#takeText(parts[0], at);
      return this.#takeText(parts[1], at + parts[0].length + 1);
    }
    if (bytes.toString("latin1").trim() !== "")
      this.#bad.push({ told: readDamaged(bytes), line: this.#lines });
  }

  #takeLine(line: Line, place: Place): void {
    if (line.n <= this.#last || this.#isSealed) return;
    // A number was left out, so the bad texts before this line were lines once. Else they were torn.
    if (line.n > this.#last + 1) this.#bad.forEach((bad) => this.#sink.noteDamage(bad));
    this.#bad = [];
    this.#last = line.n;
    if (line.kind === "seal") this.#isSealed = true;
    this.#sink.takeLine(line, place);
  }
}
