import { styleText } from "node:util";

/** Where the command line reads and writes; replaced in tests. */
export interface Terminal {
  /** Data, and nothing else. */
  readonly out: (text: string) => void;
  /** Everything that is said beside the data. */
  readonly say: (text: string) => void;
  /** Overwrites the last live line; does nothing where nobody watches. */
  readonly live: (line: string) => void;
  /** Whether a person watches what is said, so that a line may be redrawn. */
  readonly isWatched: boolean;
  /** Whether a person reads the data on a screen; else another program or a file takes it. */
  readonly isScreen: boolean;
  /** Columns of the screen; 80 where there is none. */
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
  const coloured = Boolean(stdout.isTTY && stderr.isTTY && !env["NO_COLOR"] && env["TERM"] !== "dumb");
  const isWatched = Boolean(stderr.isTTY && env["TERM"] !== "dumb" && !env["CI"]);
  let drawn = false;
  function clear(): void {
    if (drawn) stderr.write("\r\u001b[2K");
    drawn = false;
  }
  return {
    out: (text) => {
      clear();
      stdout.write(`${text}\n`);
    },
    say: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    live: (line) => {
      if (!isWatched) return;
      clear();
      stderr.write(fit(line, stderr.columns || 80));
      drawn = line !== "";
    },
    isWatched,
    isScreen: stdout.isTTY === true,
    columns: stdout.columns || Number(env["COLUMNS"]) || 80,
    paint: (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text),
  };
}

/** A line that does not reach the last column, where terminals would wrap it. */
function fit(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
}

/** Text from a service or a spec, with nothing in it that moves a cursor, rings or turns text around. */
export function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex

  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    "�",
  );
}

/** JSON for people and programs: what moves a cursor or turns text around stands as an escape. */
export function printJson(value: unknown, replace?: (key: string, value: unknown) => unknown): string {
  return JSON.stringify(value, replace, 2).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
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
