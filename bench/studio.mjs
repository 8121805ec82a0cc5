// Bytes of the studio's page: what a browser loads before it shows the first model.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { printTable } from "./support/measure.mjs";

const page = new URL("../dist/studio/", import.meta.url);
const limit = 30_000;

const files = readdirSync(page).map((file) => {
  const bytes = readFileSync(new URL(file, page));
  return { file, bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
});
printTable("The studio's page", files);
const gzip = files.reduce((total, file) => total + file.gzip, 0);
printTable("Against the limit (bytes, gzipped)", [
  { what: "html, css, js and icon in all", gzip, limit, holds: gzip <= limit ? "yes" : "NO" },
]);
