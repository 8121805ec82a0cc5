import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { httpUpload, UploadError } from "../../src/attach/index.js";

async function serve(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("latin1").on("data", (part: string) => (body += part));
    request.on("end", () => answer(request, body, response));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => new Promise<void>((done) => server.close(() => done())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const file = {
  blob: new Blob(["bytes"]),
  sha256: "aa",
  contentType: "image/png",
  extension: "png",
  path: "/image",
};
const context = { signal: new AbortController().signal, validForMs: 1000, onProgress: () => undefined };

test("asks the service for a place, puts the file there without the service's headers, and gives the address", async () => {
  const seen: unknown[] = [];
  const origin = await serve((request, body, response) => {
    seen.push([request.method, request.url, request.headers.authorization, request.headers["x-place"], body]);
    response.end(
      request.method === "POST"
        ? JSON.stringify({
            uploadUrl: `${origin}/place`,
            url: "https://files.example.com/a.png",
            headers: { "x-place": "1" },
          })
        : "",
    );
  });
  const upload = httpUpload({ endpoint: `${origin}/sign`, headers: { authorization: "Bearer mine" } });
  expect(await upload(file, context)).toBe("https://files.example.com/a.png");
  const about = { sha256: "aa", contentType: "image/png", extension: "png", bytes: 5, validForMs: 1000 };
  expect(seen).toEqual([
    ["POST", "/sign", "Bearer mine", undefined, JSON.stringify(about)],
    ["PUT", "/place", undefined, "1", "bytes"],
  ]);
});

test("sends nothing where the service says that the file is there", async () => {
  let puts = 0;
  const origin = await serve((request, _body, response) => {
    if (request.method === "PUT") puts++;
    response.end(JSON.stringify({ url: "https://files.example.com/a.png" }));
  });
  expect(await httpUpload({ endpoint: origin })(file, context)).toBe("https://files.example.com/a.png");
  expect(puts).toBe(0);
});

test.for<[string, number, string, string]>([
  ["a refusal", 401, "no", "The upload service answered 401. No job was submitted."],
  ["a page", 200, "<html>", "did not answer with { uploadUrl, url, headers? } as JSON"],
  ["another shape", 200, '{"url":7}', "did not answer with { uploadUrl, url, headers? } as JSON"],
])("%s of the service ends the upload", async ([, status, body, words]) => {
  const origin = await serve((_request, _body, response) => void response.writeHead(status).end(body));
  const error = await httpUpload({ endpoint: origin })(file, context).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UploadError);
  expect((error as Error).message).toContain(words);
});
