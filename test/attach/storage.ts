import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createHmac } from "node:crypto";
import S3rver from "s3rver";
import { onTestFinished } from "vitest";
import type { Clock } from "../../src/time/clock.js";
import { sha256, temporaryFolder } from "./support.js";

/**
 * Verifies Signature V4 with the platform's HMAC, from the request as it arrived: nothing is shared with the package that signs.
 * Gives the storage's word for a refusal.
 */
function findRefusal(asked: IncomingMessage, date: number): string | undefined {
  const url = new URL(asked.url ?? "", "http://storage");
  const given = url.searchParams;
  const authorization = asked.headers.authorization ?? "";
  const isQuery = given.has("X-Amz-Signature");
  const names = given.get("X-Amz-SignedHeaders") ?? /SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? "";
  const signature = given.get("X-Amz-Signature") ?? /Signature=(\w+)/.exec(authorization)?.[1];
  const stamp = given.get("X-Amz-Date") ?? String(asked.headers["x-amz-date"]);
  const signedAt = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)/, "$1-$2-$3:$4:"));
  if (!(date <= signedAt + Number(given.get("X-Amz-Expires") ?? 900) * 1000)) return "AccessDenied";
  const encode = (text: string) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  const query = [...given]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map((pair) => pair.map(encode).join("="))
    .toSorted();
  const headers = names.split(";").map((name) => `${name}:${String(asked.headers[name]).trim()}\n`);
  const payload = isQuery ? "UNSIGNED-PAYLOAD" : String(asked.headers["x-amz-content-sha256"]);
  const canonical = [asked.method, url.pathname, query.join("&"), headers.join(""), names, payload].join(
    "\n",
  );
  const scope = `${stamp.slice(0, 8)}/${keys.region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", stamp, scope, sha256(Buffer.from(canonical))].join("\n");
  const key = scope
    .split("/")
    .reduce<string | Buffer>(
      (secret, part) => createHmac("sha256", secret).update(part).digest(),
      `AWS4${keys.secretAccessKey}`,
    );
  return signature === createHmac("sha256", key).update(text).digest("hex")
    ? undefined
    : "SignatureDoesNotMatch";
}

/** Answers a request in place of the storage, breaks it, or lets it pass. */
export type Fault = (asked: {
  line: string;
  request: IncomingMessage;
  response: ServerResponse;
  count: number;
}) => boolean;

/** A storage behind a gate that verifies signatures, logs, and can break requests. */
export interface Storage {
  readonly endpoint: string;
  readonly lines: string[];
  readonly ask: (
    path: string,
    headers?: Record<string, string>,
    method?: string,
  ) => Promise<{ status: number; body: Buffer; type: string | undefined }>;
}

export const keys = {
  bucket: "inputs",
  accessKeyId: "S3RVER",
  secretAccessKey: "S3RVER",
  region: "us-east-1",
};

export async function openStorage(
  fault: Fault = () => false,
  date: () => number = () => Date.now(),
): Promise<Storage> {
  const storage = new S3rver({
    port: 0,
    address: "127.0.0.1",
    silent: true,
    vhostBuckets: false,
    directory: temporaryFolder(),
    configureBuckets: [{ name: "inputs", configs: [] }],
  });
  const { port } = await storage.run();
  const lines: string[] = [];
  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = incoming;
    const code = findRefusal(incoming, date());
    if (code !== undefined) {
      const words = `<Error><Code>${code}</Code><Message>No.</Message><StringToSign>AWS4</StringToSign></Error>`;
      incoming.resume().once("end", () => response.writeHead(403).end(words));
      return;
    }
    // The storage behind does not verify again; it knows no signature in a query.
    const onward = request(
      {
        port,
        host: "127.0.0.1",
        method,
        path: url?.replace(/[?&]X-Amz-.*/, ""),
        headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    incoming.on("error", () => onward.destroy());
    incoming.pipe(onward);
  }
  const gate = createServer((incoming, response) => {
    const line = `${incoming.method} ${incoming.url}`;
    lines.push(line);
    if (fault({ line, request: incoming, response, count: lines.length })) return;
    pass(incoming, response);
  });
  await new Promise<void>((done) => gate.listen(0, "127.0.0.1", done));
  onTestFinished(async () => {
    gate.closeAllConnections();
    await new Promise((done) => gate.close(done));
    await storage.close();
  });
  const own = (gate.address() as AddressInfo).port;
  const endpoint = `http://127.0.0.1:${own}`;
  const ask: Storage["ask"] = (path, headers = {}, method = "GET") =>
    new Promise((done, fail) => {
      request({ port: own, host: "127.0.0.1", path, method, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () =>
          done({
            status: answer.statusCode ?? 0,
            body: Buffer.concat(parts),
            type: answer.headers["content-type"],
          }),
        );
      })
        .on("error", fail)
        .end();
    });
  return { endpoint, lines, ask };
}

/** Pauses are over at once; deadlines never come. */
export const eager: Clock = {
  now: () => 0,
  date: () => Date.now(),
  sleep: (ms, signal) =>
    ms < 60_000
      ? Promise.resolve()
      : new Promise((_, reject) =>
          signal?.addEventListener("abort", () => reject(signal.reason), { once: true }),
        ),
};
