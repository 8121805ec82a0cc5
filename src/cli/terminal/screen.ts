import { styleText } from "node:util";
import type { JobRef } from "../../errors/error-fields.js";

/** The output of the command line; replaced in tests. */
export interface Terminal {
  /** Writes data to standard output. */
  readonly out: (text: string) => void;
  /** Writes a remark to standard error. */
  readonly say: (text: string) => void;
  /** Says that a job is accepted, whatever standard output does, and remembers it for the last words of the command. */
  readonly announce: (job: JobRef) => void;
  /** The job that was announced last. */
  readonly announced: () => JobRef | undefined;
  /** Resolves once standard output has taken everything, to the first error that it had. */
  readonly flush: () => Promise<NodeJS.ErrnoException | undefined>;
  /** Overwrites the last live line; does nothing unless standard error is a terminal. */
  readonly live: (line: string) => void;
  /** True if standard error is a terminal, whose lines may be redrawn. */
  readonly isWatched: boolean;
  /** True if standard output is a terminal, false for a pipe or a file. */
  readonly isScreen: boolean;
  /** Columns of the screen; 80 without one. */
  readonly columns: number;
  readonly paint: (style: Style, text: string) => string;
}

export type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";

interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The process's own terminal. Colours only on a terminal, and never with `NO_COLOR`. */
export function openTerminal({ stdout, stderr, env }: Streams = process): Terminal {
  const isColoured = Boolean(stdout.isTTY && stderr.isTTY && !env["NO_COLOR"] && env["TERM"] !== "dumb");
  const isWatched = Boolean(stderr.isTTY && env["TERM"] !== "dumb" && !env["CI"]);
  let drawn = false;
  let job: JobRef | undefined;
  let failure: NodeJS.ErrnoException | undefined;
  stdout.on("error", (error) => {
    failure ??= error;
  });
  // Remarks may be lost: a command that waits for a paid job must not end because standard error was closed.
  stderr.on("error", () => {});
  function say(text: string): void {
    clear();
    stderr.write(`${text}\n`);
  }
  function clear(): void {
    if (drawn) stderr.write("\r\u001b[2K");
    drawn = false;
  }
  return {
    out: (text) => {
      clear();
      stdout.write(`${text}\n`);
    },
    say,
    announce: (accepted) => {
      job = accepted;
      say(`Job ${accepted.id} is accepted.`);
    },
    announced: () => job,
    flush: () =>
      new Promise((resolve) => {
        // A stream reports the error of a write after the write's own callback.
        stdout.write("", (error) => setImmediate(() => resolve(failure ?? error ?? undefined)));
      }),
    live: (line) => {
      if (!isWatched) return;
      clear();
      stderr.write(fit(line, stderr.columns || 80));
      drawn = line !== "";
    },
    isWatched,
    isScreen: stdout.isTTY === true,
    columns: stdout.columns || Number(env["COLUMNS"]) || 80,
    paint: (style, text) => (isColoured ? styleText(style, text, { validateStream: false }) : text),
  };
}

/** Shortens a line that would reach the last column, which terminals would wrap. */
function fit(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
}

/** Text from a service or a spec without the characters that move a cursor, ring a bell or reverse text. */
export function plain(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    "�",
  );
}

/** JSON for people and programs: characters that move a cursor or reverse text are escaped. */
export function printJson(value: unknown, replace?: (key: string, value: unknown) => unknown): string {
  return JSON.stringify(value, replace, 2).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** JSON that was laid out, on one line. */
export function putOnOneLine(json: string): string {
  return json.replace(/\s*\n\s*/g, " ");
}

/** Breaks text at spaces, so that no line is longer than `width`. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines;
}
