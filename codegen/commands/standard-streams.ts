/** Prints a line of results to standard output. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints a note, a problem or a summary to standard error. */
export function warnLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Shows the present step on the last line of a terminal; an empty step clears it. */
export function showStep(step: string): void {
  if (process.stderr.isTTY) process.stderr.write(step === "" ? "\r\u001b[K" : `\r\u001b[K${step}…`);
}

/** Reads standard input to its end. */
export async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
