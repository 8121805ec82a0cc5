import { recordRemedy } from "../record/user-record.js";
import { formatUsd } from "../terminal/money.js";
import { createClient } from "../../index.js";
import { findToken } from "../../node/token/find-token.js";
import type { FoundToken } from "../../node/token/find-token.js";
import { fileStore } from "../../node/record/file-store.js";
import { userRecordPath } from "../../node/record/user-record-path.js";
import { exitCodeOf, exitCodes } from "../terminal/exit-code.js";
import type { ExitCode } from "../terminal/exit-code.js";
import { readVersion } from "../terminal/package-file.js";
import { plain, printJson } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import type { ServiceArgs } from "../session/job-args.js";
import { describeToken, readBaseUrl, readOrigin } from "../session/session.js";
import { parseUrl } from "../../input/parse-url.js";
import { serviceOrigin } from "../../protocol/paths.js";
import { messageOf } from "../../errors/error-message.js";

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** `doctor`: prints the configuration, its sources, and whether the service answers. The token is never shown. */
export async function runDoctor(terminal: Terminal, options: ServiceArgs): Promise<void> {
  const found = await findToken();
  const service = inspectAddress(options);
  const reply = found && service.ok ? await askService(found.token, options) : undefined;
  const findings = [
    ...(await inspectMachine(service)),
    ...inspectToken(found),
    ...(reply ? [reply.finding] : []),
  ].map(({ detail, ...finding }) => ({
    ...finding,
    detail: found ? detail.replaceAll(found.token, "[token]") : detail,
  }));
  const isSound = findings.every(({ ok }) => ok);
  if (options.json) terminal.out(printJson({ ok: isSound, findings }));
  else for (const finding of findings) terminal.out(formatFinding(terminal, finding));
  const usual = isSound ? exitCodes.ok : exitCodes.general;
  process.exitCode = !found ? exitCodes.auth : service.ok ? (reply?.exitCode ?? usual) : exitCodes.usage;
}

function formatFinding({ paint }: Terminal, { name, ok, detail }: Finding): string {
  return `${ok ? paint("green", "ok  ") : paint("red", "FAIL")} ${name.padEnd(10)} ${plain(detail)}`;
}

async function inspectMachine(service: Finding): Promise<Finding[]> {
  const proxy = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].find((name) => process.env[name]);
  const proxyFinding = {
    name: "proxy",
    ok: true,
    detail: `${proxy} is set and not used: give createClient a fetch that goes through it`,
  };
  return [
    { name: "version", ok: true, detail: await readVersion() },
    {
      name: "node",
      ok: isSupported(process.versions.node),
      detail: `${process.version}; supported: 20.19 and later of 20, 22.12 and later`,
    },
    service,
    await inspectRecord(),
    ...(proxy === undefined ? [] : [proxyFinding]),
  ];
}

/** Checks the record of the user's jobs: no job is started without it. */
async function inspectRecord(): Promise<Finding> {
  const store = fileStore(userRecordPath());
  try {
    const { warning } = await store.open();
    await store.close();
    return { name: "record", ok: warning === undefined, detail: warning ?? userRecordPath() };
  } catch (error) {
    const { message, cause } = error as Error;
    return {
      name: "record",
      ok: false,
      detail: cause === undefined ? message : `${message} ${recordRemedy}`,
    };
  }
}

function inspectToken(found: FoundToken | undefined): Finding[] {
  const detail = found ? `from ${describeToken(found)}` : "none; set RUNCOMFY_TOKEN";
  const token = { name: "token", ok: found !== undefined, detail };
  if (found?.warning === undefined) return [token];
  return [token, { name: "token file", ok: false, detail: found.warning }];
}

function inspectAddress(options: ServiceArgs): Finding {
  const address = describeAddress(options);
  try {
    readOrigin(options);
    return { name: "service", ok: true, detail: address };
  } catch (error) {
    return { name: "service", ok: false, detail: `${address}: ${messageOf(error)}` };
  }
}

/** The address without the parts that may be secret: a user's name, a password, a query. */
function describeAddress(options: ServiceArgs): string {
  const text = readBaseUrl(options) ?? serviceOrigin;
  const url = parseUrl(text);
  if (!url) return "an address that cannot be read";
  const { origin, pathname } = url;
  return origin + pathname.replace(/\/$/, "");
}

async function askService(
  token: string,
  options: ServiceArgs,
): Promise<{ finding: Finding; exitCode: ExitCode | undefined }> {
  try {
    const balance = await createClient({ token, baseUrl: readOrigin(options) }).balance();
    return {
      finding: {
        name: "answer",
        ok: true,
        detail: `the service takes the token; balance ${formatUsd(balance.usd)}`,
      },
      exitCode: undefined,
    };
  } catch (error) {
    return {
      finding: { name: "answer", ok: false, detail: messageOf(error) },
      exitCode: exitCodeOf(error),
    };
  }
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
}
