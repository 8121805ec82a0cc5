// Runs the emulator from the build: node scripts/emulate.mjs --help
import { parseArgs } from "node:util";
import { runEmulator } from "../dist/src/emulator/command.js";

const text = { type: "string" };
const options = {
  port: text,
  host: text,
  "allow-remote": { type: "boolean" },
  token: text,
  catalogue: text,
  "queue-ms": text,
  "run-ms": text,
  concurrency: text,
  "wire-format": text,
  balance: text,
  quirks: text,
  fault: { type: "string", multiple: true },
  quiet: { type: "boolean" },
  help: { type: "boolean" },
};

const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => stop.abort());

try {
  const { help, ...values } = parseArgs({ options }).values;
  if (help) {
    console.log(
      `Options: ${Object.entries(options)
        .map(([name, { type }]) => `--${name}${type === "string" ? " …" : ""}`)
        .join("  ")}`,
    );
  } else {
    const words = Object.fromEntries(Object.entries(values).map(([name, value]) => [camel(name), value]));
    await runEmulator(words, {
      stdout: (line) => console.log(line),
      stderr: (line) => console.error(line),
      signal: stop.signal,
    });
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 64;
}
