import { createClient } from "../../index.js";
import { findToken } from "../../node/token/find-token.js";
import { exitCodeOf, exitCodes } from "../exit.js";
import type { ExitCode } from "../exit.js";
import { baseUrlOf, describeToken } from "../session.js";
import type { ServiceOptions } from "../session.js";
import { plain, printJson } from "../terminal.js";
import type { Terminal } from "../terminal.js";
import { readVersion } from "../version.js";

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** `doctor`: what is configured, from where, and whether the service answers. The token is never shown. */
export async function runDoctor(terminal: Terminal, options: ServiceOptions): Promise<void> {
  const findings: Finding[] = [
    { name: "version", ok: true, detail: await readVersion() },
    {
      name: "node",
      ok: isSupported(process.versions.node),
      detail: `${process.version}; supported: 20.19 and later of 20, 22.12 and later`,
    },
    { name: "service", ok: true, detail: addressOf(options) },
  ];
  const proxy = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].find((name) => process.env[name]);
  if (proxy !== undefined)
    findings.push({
      name: "proxy",
      ok: true,
      detail: `${proxy} is set and not used: give createClient a fetch that goes through it`,
    });
  const found = await findToken();
  findings.push({
    name: "token",
    ok: found !== undefined,
    detail: found ? `from ${describeToken(found)}` : "none; set RUNCOMFY_TOKEN",
  });
  if (found?.warning !== undefined) findings.push({ name: "token file", ok: false, detail: found.warning });
  const answer = found ? await askService(found.token, options) : undefined;
  if (answer) findings.push(answer.finding);
  const hidden = findings.map(({ detail, ...finding }) => ({
    ...finding,
    detail: found ? detail.replaceAll(found.token, "[token]") : detail,
  }));
  if (options.json) terminal.out(printJson({ ok: hidden.every(({ ok }) => ok), findings: hidden }));
  else {
    for (const { name, ok, detail } of hidden) {
      terminal.out(
        `${ok ? terminal.paint("green", "ok  ") : terminal.paint("red", "FAIL")} ${name.padEnd(10)} ${plain(detail)}`,
      );
    }
  }
  process.exitCode = found
    ? (answer?.exitCode ?? (findings.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.general))
    : exitCodes.auth;
}

/** Without what may stand in an address and be a secret: a user's name, a password, a query. */
function addressOf(options: ServiceOptions): string {
  const text = baseUrlOf(options) ?? "https://model-api.runcomfy.net";
  if (!URL.canParse(text)) return "an address that cannot be read";
  const { origin, pathname } = new URL(text);
  return origin + pathname.replace(/\/$/, "");
}

async function askService(
  token: string,
  options: ServiceOptions,
): Promise<{ finding: Finding; exitCode: ExitCode | undefined }> {
  try {
    const baseUrl = baseUrlOf(options);
    const balance = await createClient({ token, ...(baseUrl !== undefined && { baseUrl }) }).balance();
    return {
      finding: { name: "answer", ok: true, detail: `the service takes the token; balance $${balance.usd}` },
      exitCode: undefined,
    };
  } catch (error) {
    return {
      finding: { name: "answer", ok: false, detail: (error as Error).message },
      exitCode: exitCodeOf(error),
    };
  }
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
}
