// node bench/upload.mjs [megabytes]: uploads a video of 1 GB in parts to a small storage, which runs in a process of its own, and prints
// the memory above idle.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attach, s3Upload } from "../dist/src/attach/index.js";

const megabytes = Number(process.argv[2] ?? 1000);
const limitMb = 64;
const folder = mkdtempSync(join(tmpdir(), "bench-upload-"));
const path = join(folder, "clip.mp4");
const clip = join(import.meta.dirname, "../test/fixtures/media/clip.mp4");
copyFileSync(clip, path);
// The rest is a hole in the file: it is read as zeros.
truncateSync(path, megabytes * 1_000_000);

const program = `
  import { createServer } from "node:http";
  let received = 0;
  const server = createServer((request, response) => {
    request.on("data", (chunk) => { received += chunk.length; });
    request.on("end", () => {
      const isStart = request.method === "POST" && request.url.includes("uploads=");
      response.statusCode = request.method === "HEAD" ? 404 : 200;
      response.setHeader("etag", '"part"');
      response.end(isStart ? "<UploadId>one</UploadId>" : request.url === "/received" ? String(received) : "");
    });
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;
const storage = spawn(process.execPath, ["--input-type=module", "-e", program], {
  stdio: ["ignore", "pipe", "inherit"],
});
const [port] = await once(storage.stdout, "data");
const endpoint = `http://127.0.0.1:${Number(port)}`;
const model = {
  id: "bench/upload/video",
  input: {
    type: "object",
    properties: { video: { type: "string", "x-media": { kind: "video" } } },
    additionalProperties: false,
  },
};

try {
  const upload = s3Upload({
    endpoint,
    publicEndpoint: "https://files.example.com",
    bucket: "inputs",
    region: "us-east-1",
    accessKeyId: "key",
    secretAccessKey: "secret",
  });
  // The first upload loads the modules.
  const small = new Blob([readFileSync(clip)]);
  await attach(model, { video: small }, { upload, maxDataBytes: 0 });
  globalThis.gc?.();
  const idle = process.memoryUsage.rss();
  let most = idle;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  const startedAt = performance.now();
  await attach(model, { video: path }, { upload, allowFiles: [path] });
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(watch);
  const received = Number(await (await fetch(`${endpoint}/received`)).text());
  const aboveMb = (most - idle) / 1e6;
  console.log(`${(received / 1e6).toFixed(0)} MB uploaded in ${seconds.toFixed(1)} s`);
  console.log(`${aboveMb.toFixed(0)} MB above idle (${(idle / 1e6).toFixed(0)} MB); limit ${limitMb} MB`);
  if (aboveMb > limitMb) process.exitCode = 1;
} finally {
  storage.kill();
  rmSync(folder, { recursive: true, force: true });
}
