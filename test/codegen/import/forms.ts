import type { Prose } from "./prose.js";

/** What a page is about, as JSON texts that keep the documented digits. */
export interface Facts {
  readonly id: string;
  readonly example: string | null;
  readonly input: string;
  readonly output: string | null;
}

/** A way in which people and browsers save a page. */
export interface Form {
  readonly name: string;
  readonly file: "txt" | "md" | "html";
  readonly render: (facts: Facts, prose: Prose) => string;
}

const HOST = "https://model-api.runcomfy.net";

/** Prints JSON in lines without indentation, as the text of a page loses it. */
const flat = (json: string): string => json.replace(/\n +/g, "\n");

const submitCall = ({ id, example }: Facts, indent = ""): string =>
  [
    "curl --request POST \\",
    `${indent}--url ${HOST}/v1/models/${id} \\`,
    `${indent}--header "Content-Type: application/json" \\`,
    `${indent}--header "Authorization: Bearer <token>"${example === null ? "" : " \\"}`,
    ...(example === null ? [] : [`${indent}--data '${indent === "" ? flat(example) : example}'`]),
  ].join("\n");

const requestCall = (verb: string, tail: string, indent = ""): string =>
  [
    `curl --request ${verb} \\`,
    `${indent}--url ${HOST}/v1/requests/{request_id}/${tail} \\`,
    `${indent}--header "Authorization: Bearer <token>"`,
  ].join("\n");

/** The text of a page whose headings are `h`, glued to what follows them by `glue`. */
function pageText(facts: Facts, prose: Prose, h: readonly string[], glue: string, indent: string): string {
  const json = (text: string) => (indent === "" ? flat(text) : text);
  const head = (index: number) => (h[index] === undefined ? "" : h[index] + glue);
  const reply =
    h.length > 6
      ? `{\n"request_id": "{request_id}",\n"status_url": "${HOST}/v1/requests/{request_id}/status"\n}`
      : "";
  return [
    head(0) + prose.lead(facts.id),
    submitCall(facts, indent) + head(1) + prose.token,
    head(2) + prose.submit,
    submitCall(facts, indent) + reply + head(3) + prose.state,
    requestCall("GET", "status", indent) + prose.submit,
    requestCall("GET", "result", indent) + prose.state,
    requestCall("POST", "cancel", indent) + head(4) + prose.files,
    head(5) + json(facts.input) + (facts.output === null ? "" : head(6) + json(facts.output)) + prose.footer,
  ].join("\n");
}

const ENGLISH = [
  "1. Get started",
  "2. Authentication",
  "3. Submit a request",
  "4. Monitor request status",
  "5. Hosted file",
  "6. Input schema",
  "7. Output schema",
];
const KEYS = [
  "pageApi_start",
  "pageApi_auth",
  "pageApi_submit",
  "pageApi_monitor",
  "pageApi_file",
  "pageApi_navInput",
];

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const plainCode = (code: string): string => `<pre><code>${escapeHtml(code)}</code></pre>`;

/** One span for each token, as syntax highlighters write it. */
const tokenCode = (code: string): string => {
  const tokens = code.split(/("(?:[^"\\]|\\.)*"|[{}[\],:]|\s+)/).filter((token) => token !== "");
  const spans = tokens.map((token) => `<span class="tok" style="color:#999">${escapeHtml(token)}</span>`);
  return `<div class="code"><button>Copy</button><pre><code>${spans.join("")}</code></pre></div>`;
};

const lineCode = (code: string): string =>
  `<div class="hl">${code
    .split("\n")
    .map(
      (line, index) =>
        `<div class="line"><span class="line-number">${index + 1}</span>${escapeHtml(line).replaceAll(" ", "&nbsp;")}</div>`,
    )
    .join("")}</div>`;

/** Line numbers that nothing marks as such. */
const tableCode = (code: string): string =>
  `<table>${code
    .split("\n")
    .map((line, index) => `<tr><td>${index + 1}</td><td><pre>${escapeHtml(line)}</pre></td></tr>`)
    .join("")}</table>`;

/** The whole block is marked as numbered, and the numbers themselves are drawn by the style sheet. */
const numberedBlock = (code: string): string =>
  `<pre class="language-json line-numbers"><code>${escapeHtml(code)}<span aria-hidden="true" class="line-numbers-rows">${"<span></span>".repeat(code.split("\n").length)}</span></code></pre>`;

/** Line numbers in cells without text, so that a cell with nothing but a number is code. */
const emptyGutter = (code: string): string =>
  `<table class="hljs-ln">${code
    .split("\n")
    .map(
      (line, index) =>
        `<tr><td class="hljs-ln-numbers" data-line-number="${index + 1}"></td><td>${escapeHtml(line)}</td></tr>`,
    )
    .join("")}</table>`;

/** What a browser saves of the page that shows a page's source. */
const sourceView = (page: string): string =>
  `<html><head><title>view-source</title></head><body><label>Line wrap<input type="checkbox"></label><table>${page
    .split("\n")
    .map(
      (line, index) =>
        `<tr><td class="line-number" value="${index + 1}"></td><td class="line-content">${escapeHtml(line)}</td></tr>`,
    )
    .join("")}</table></body></html>`;

const breakCode = (code: string): string => `<code>${code.split("\n").map(escapeHtml).join("<br>\n")}</code>`;

function html(code: (text: string) => string, facts: Facts, prose: Prose): string {
  const p = (text: string) => `<p>${escapeHtml(text)}</p>`;
  const data = JSON.stringify({
    props: { schema: facts.input, call: `${HOST}/v1/models/other/model/of-a-list`, title: prose.input },
  });
  return `<!DOCTYPE html>
<!-- saved from url=(0055)https://www.example.com/models/page/api -->
<html lang="${prose.tag}"><head><meta charset="utf-8"><title>${facts.id} | /v1/models/not/this</title>
<link rel="canonical" href="https://www.example.com/${prose.tag}/models/page/api"><style>.a{color:red}</style>
<script>window.x = {"type":"object","properties":{"not_this":{"type":"string"}}};</script></head>
<body><nav><ul><li><a href="${HOST}/v1/models/an/other/one">${escapeHtml(prose.input)}</a></li></ul></nav>
<h1>${facts.id}</h1>${p(prose.lead(facts.id))}${code(submitCall(facts, "  "))}${p(prose.token)}
<h2>${escapeHtml(prose.submit)}</h2>${code(submitCall(facts, "  "))}${p(prose.state)}${code(requestCall("GET", "status"))}
${code(requestCall("GET", "result"))}${code(requestCall("POST", "cancel"))}${p(prose.files)}
<h2>${escapeHtml(prose.input)}</h2>${code(facts.input)}
${facts.output === null ? "" : `<h2>${escapeHtml(prose.output)}</h2>${code(facts.output)}`}<footer>${p(prose.footer)}</footer>
<script id="__NEXT_DATA__" type="application/json">${data.replaceAll("</", "<\\/")}</script></body></html>`;
}

/** Every form in which a page must be understood. */
export const FORMS: readonly Form[] = [
  {
    name: "text without headings",
    file: "txt",
    render: (facts, prose) => pageText(facts, prose, [], "", ""),
  },
  {
    name: "text with localised headings",
    file: "txt",
    render: (facts, prose) =>
      pageText(
        facts,
        prose,
        [prose.input, prose.output, prose.submit, prose.state, prose.files, prose.input, prose.output],
        "\n",
        "",
      ),
  },
  {
    name: "text with English headings glued to code",
    file: "txt",
    render: (facts, prose) => pageText(facts, prose, ENGLISH, "", ""),
  },
  {
    name: "text with unresolved heading keys",
    file: "txt",
    render: (facts, prose) => pageText(facts, prose, KEYS, " ", ""),
  },
  {
    name: "navigation text with indented code",
    file: "txt",
    render: (facts, prose) =>
      `Home\nModels\n  ${prose.input}\n  ${prose.output}\n\n${pageText(facts, prose, ENGLISH, "\n\n", "  ")}`.replaceAll(
        "\n",
        "\n    ",
      ),
  },
  {
    name: "markdown with fences",
    file: "md",
    render: (facts, prose) =>
      `# ${facts.id}\n\n${prose.lead(facts.id)}\n\n\`\`\`bash\n${submitCall(facts, "  ")}\n\`\`\`\n\n## ${prose.submit}\n\n${prose.token}\n\n\`\`\`sh\n${requestCall("GET", "status", "  ")}\n\`\`\`\n\n- ${prose.files}\n\n## ${prose.input}\n\n\`\`\`json\n${facts.input}\n\`\`\`\n${facts.output === null ? "" : `\n## ${prose.output}\n\n\`\`\`json\n${facts.output}\n\`\`\`\n`}\n> ${prose.footer}\n`,
  },
  {
    name: "markdown without fences, quoted",
    file: "md",
    render: (facts, prose) => pageText(facts, prose, ENGLISH, "\n\n", "  ").replaceAll("\n", "\n> "),
  },
  { name: "HTML with plain code", file: "html", render: (facts, prose) => html(plainCode, facts, prose) },
  {
    name: "HTML with a span for each token and copy buttons",
    file: "html",
    render: (facts, prose) => html(tokenCode, facts, prose),
  },
  {
    name: "HTML with numbered lines and no-break spaces",
    file: "html",
    render: (facts, prose) => html(lineCode, facts, prose),
  },
  {
    name: "HTML with a table of line numbers",
    file: "html",
    render: (facts, prose) => html(tableCode, facts, prose),
  },
  { name: "HTML with breaks", file: "html", render: (facts, prose) => html(breakCode, facts, prose) },
  {
    name: "HTML with blocks marked as numbered",
    file: "html",
    render: (facts, prose) => html(numberedBlock, facts, prose),
  },
  {
    name: "HTML with empty cells before each line",
    file: "html",
    render: (facts, prose) => html(emptyGutter, facts, prose),
  },
  {
    name: "the view of a page's source",
    file: "html",
    render: (facts, prose) => sourceView(html(plainCode, facts, prose)),
  },
  {
    name: "HTML in a frame's attribute",
    file: "html",
    render: (facts, prose) =>
      `<html lang="${prose.tag}"><body><iframe srcdoc="${escapeHtml(html(plainCode, facts, prose))}"></iframe></body></html>`,
  },
  {
    name: "HTML on one line",
    file: "html",
    render: (facts, prose) =>
      html(plainCode, facts, prose)
        .replaceAll("\n", " ")
        .replace(/<!-- .*? -->/, ""),
  },
];

/** The ways in which a saved text becomes bytes. */
export const ENCODINGS: readonly (readonly [string, (text: string) => Uint8Array])[] = [
  ["UTF-8", (text) => Buffer.from(text, "utf8")],
  ["UTF-8 with a mark and CRLF", (text) => Buffer.from(`\ufeff${text.replaceAll("\n", "\r\n")}`, "utf8")],
  ["UTF-16LE with a mark", (text) => Buffer.from(`\ufeff${text}`, "utf16le")],
  ["UTF-16BE without a mark", (text) => Buffer.from(text, "utf16le").swap16()],
];
