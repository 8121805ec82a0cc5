// Draws the README's comparison from the figures of the last runs, in `figures.json`: correct them there when a script gives others.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const size = { width: 840, column: 404, gap: 32, bar: 14, row: 26, head: 34, foot: 26, name: 148, value: 64 };

/** The chart as SVG: a panel for each comparison, in two columns; colours follow the reader's light or dark screen. */
export function drawChart({ panels }) {
  const rows = [];
  for (let at = 0; at < panels.length; at += 2) rows.push(panels.slice(at, at + 2));
  const parts = [];
  let top = 8;
  for (const row of rows) {
    parts.push(...row.map((panel, column) => drawPanel(panel, column * (size.column + size.gap), top)));
    top += Math.max(...row.map(heightOf)) + size.foot;
  }
  const words = panels.map(describe).join(" ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${top}" role="img" aria-labelledby="title text">
<title id="title">runcomfy-models beside other clients and generators</title>
<desc id="text">${escape(words)} Shorter bars are better.</desc>
<style>
text { font: 13px system-ui, sans-serif; fill: #5c564f; }
.head { font-size: 14px; font-weight: 600; fill: #1d1a17; }
.own { font-weight: 600; fill: #1d1a17; }
.bar { fill: #cbc4ba; }
.bar.own { fill: #b83a0b; }
@media (prefers-color-scheme: dark) {
text { fill: #b5ada3; }
.head, text.own { fill: #f3efe9; }
.bar { fill: #514a42; }
.bar.own { fill: #ffa06b; }
}
</style>
${parts.join("\n")}
</svg>
`;
}

function heightOf({ bars }) {
  return size.head + bars.length * size.row;
}

function drawPanel({ title, unit, bars }, left, top) {
  const most = Math.max(...bars.map(({ value }) => value));
  const room = size.column - size.name - size.value;
  const lines = bars.map(({ name, value, isAtMost }, index) => {
    const y = top + size.head + index * size.row;
    const length = Math.max(2, Math.round((value / most) * room));
    const own = name.startsWith("runcomfy");
    const label = `${isAtMost ? "below " : ""}${value.toLocaleString("en", unit === "kB" ? { minimumFractionDigits: 1 } : {})}${unit ? ` ${unit}` : ""}`;
    const start = left + size.name;
    return [
      `<text x="${left}" y="${y + 12}"${own ? ' class="own"' : ""}>${escape(name)}</text>`,
      `<rect x="${start}" y="${y}" width="${length}" height="${size.bar}" rx="3" class="bar${own ? " own" : ""}"/>`,
      `<text x="${start + length + 8}" y="${y + 12}"${own ? ' class="own"' : ""}>${label}</text>`,
    ].join("\n");
  });
  return `<text x="${left}" y="${top + 16}" class="head">${escape(title)}</text>\n${lines.join("\n")}`;
}

function describe({ title, unit = "", bars }) {
  const values = bars.map(({ name, value, isAtMost }) =>
    `${name} ${isAtMost ? "below " : ""}${value} ${unit}`.trim(),
  );
  return `${title}: ${values.join(", ")}.`;
}

function escape(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const figures = JSON.parse(readFileSync(new URL("figures.json", import.meta.url), "utf8"));
  mkdirSync(new URL("../docs/images/", import.meta.url), { recursive: true });
  writeFileSync(new URL("../docs/images/comparison.svg", import.meta.url), drawChart(figures));
}
