// oxlint-disable unicorn/consistent-function-scoping
import { describe, expect, test } from "vitest";
import { readPage, type Page } from "../../../codegen/import/page/page.js";
import { FORMS } from "./forms.js";
import { SAMPLE } from "./facts.js";
import { LANGUAGES } from "./prose.js";

const read = (text: string): Page => {
  const result = readPage(Buffer.from(text));
  if (!result.ok) throw new Error(`line ${result.line}: ${result.text}`);
  return result.page;
};
const plain = (facts = SAMPLE) => FORMS[0]!.render(facts, LANGUAGES[0]!);
const schema =
  '{"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string"}, "n": {"type": "integer", "maximum": 5}}}';
const address = "https://model-api.runcomfy.net/v1/models/maker/paint/edit";
const call = (body: string) =>
  `curl -X POST ${address} \\\n  -H "Content-Type: application/json" \\\n  ${body}\n\n`;
const plainOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("the example body is found", () => {
  const bodies: readonly (readonly [string, string, object])[] = [
    ["behind -d", `-d '{"prompt": "a", "n": 1}'`, { prompt: "a", n: 1 }],
    ["behind --data-raw", `--data-raw '{"prompt": "a"}'`, { prompt: "a" }],
    ["with an unescaped quote", `--data '{"prompt": "the girl's hat"}'`, { prompt: "the girl's hat" }],
    [
      "with a quote that a shell escapes",
      `--data '{"prompt": "the girl'\\''s hat"}'`,
      { prompt: "the girl's hat" },
    ],
    [
      "in double quotes, as Windows needs it",
      `--data "{\\"prompt\\": \\"a \\\\\\"b\\\\\\"\\", \\"n\\": 2}"`,
      { prompt: 'a "b"', n: 2 },
    ],
    ["in a here-document", `--data @- <<EOF\n{"prompt": "a"}\nEOF`, { prompt: "a" }],
    ["with typographic quotes around it", `--data \u2018{"prompt": "a"}\u2019`, { prompt: "a" }],
    ["that is empty", "--data '{}'", {}],
    ["with keys that the schema does not know", `--data '{"text": "a"}'`, { text: "a" }],
  ];
  test.each(bodies)("%s", (_, body, expected) => {
    expect(plainOf(read(call(body) + schema).example)).toEqual(expected);
  });

  test("in Python and in JavaScript", () => {
    const python = `import requests\nr = requests.post(\n    "${address}",\n    headers={"Authorization": f"Bearer {token}"},\n    json={"prompt": "a", "n": 1, },\n)\n`;
    const script = `await fetch("${address}", {\n  method: "POST",\n  headers: { Authorization: \`Bearer \${token}\` },\n  body: JSON.stringify({ prompt: 'a', n: 1 }),\n});\n`;
    for (const code of [python, script])
      expect(plainOf(read(code + schema).example)).toEqual({ prompt: "a", n: 1 });
  });

  test("and a reply, a status and a result are none", () => {
    const reply = '{"request_id": "x", "status": "in_queue"}';
    const page = read(
      `${call("").replace("\\\n  \n", "\n")}${reply}\nGET /v1/requests/{request_id}/result\n{"output": {"image": "https://a"}}\n${schema}`,
    );
    expect(page.example).toBeUndefined();
    expect(page.notes.map(({ text }) => text)).toContain("the page shows no example body");
  });
});

describe("the id is found", () => {
  const addresses: readonly (readonly [string, string, string])[] = [
    ["with dots and capitals", "kling/kling-3.0/4K/text-to-video", "kling/kling-3.0/4K/text-to-video"],
    ["with spaces as escapes", "minimax/Hailuo%20Video%2001%20Live", "minimax/Hailuo Video 01 Live"],
    [
      "with bare spaces before a line that goes on",
      "minimax/Hailuo Video 01 Live",
      "minimax/Hailuo Video 01 Live",
    ],
    ["with markdown's backslashes", "maker/paint\\_two/edit", "maker/paint_two/edit"],
  ];
  test.each(addresses)("%s", (_, written, id) => {
    expect(
      read(`curl --url https://h.example/v1/models/${written} \\\n--data '{"prompt": "a"}'\n${schema}`).id,
    ).toBe(id);
  });

  test("in quotes, before glued prose, and not in placeholders, lists or JSON", () => {
    const around = [
      `'${address}'`,
      `\u201c${address}\u201d`,
      `${address}\u3092\u547c\u3076`,
      `${address}. Then wait.`,
      `<${address}>`,
    ];
    for (const text of around) expect(read(`${text}\n${schema}`).id).toBe("maker/paint/edit");
    const others =
      "GET /v1/models/{model_id} /v1/models/<model_id> /v1/models?limit=5 /v1/models/categories /v1/models/$MODEL/x /v1/models/%7Bmodel_id%7D/a";
    expect(
      read(`${others}\n${call("")}${schema}\n{"see": "https://h.example/v1/models/maker/other"}`).id,
    ).toBe("maker/paint/edit");
  });
});

describe("damage that can mean only one thing is mended and told", () => {
  const damaged: readonly (readonly [string, (json: string) => string, string])[] = [
    [
      "full-width marks",
      (json) =>
        json
          .replaceAll("{", "\uff5b")
          .replaceAll("}", "\uff5d")
          .replaceAll('"', "\uff02")
          .replaceAll(": ", "\uff1a")
          .replaceAll(", ", "\uff0c"),
      "full-width",
    ],
    ["typographic quotes", (json) => json.replace(/"(\w*)"/g, "\u201c$1\u201d"), "quotation marks"],
    ["German quotes", (json) => json.replace(/"(\w*)"/g, "\u201e$1\u201c"), "quotation marks"],
    ["French quotes", (json) => json.replace(/"(\w*)"/g, "\u00ab$1\u00bb"), "quotation marks"],
    ["a comma before a bracket", (json) => json.replaceAll("}", ",}"), "a comma before"],
    ["comments", (json) => json.replace(", ", ", // why\n /* and */"), "a comment"],
    [
      "Markdown's backslashes",
      (json) => json.replaceAll("[", "\\[").replaceAll("]", "\\]"),
      "a backslash before a bracket",
    ],
    ["character references", (json) => json.replaceAll('"', "&quot;"), ""],
    ["zero-width and no-break spaces", (json) => json.replaceAll(" ", "\u200b\u00a0"), ""],
  ];
  test.each(damaged)("%s", (_, damage, told) => {
    const page = read(call("") + damage(schema));
    expect(plainOf(page.input)).toEqual(JSON.parse(schema));
    if (told !== "") expect(page.notes.map(({ text }) => text).join()).toContain(told);
  });

  test("but what can mean two things is refused, with its line", () => {
    for (const bad of [
      schema.replace('"string"', '"str"ing"'),
      schema.replace("5", "NaN"),
      schema.replace(", ", " "),
      schema.replace("5", "1e999"),
    ]) {
      expect(readPage(Buffer.from(`${call("")}\n${bad}`))).toMatchObject({ ok: false, line: 6 });
    }
  });
});

describe("the schemas are told apart", () => {
  const out = '{"type": "object", "properties": {"text": {"type": "string"}}}';
  test("by the example, where the output comes first or is no media", () => {
    for (const text of [`${out}\n${schema}`, `${schema}${out}`]) {
      const page = read(`${call(`-d '{"prompt": "a"}'`)}${text}`);
      expect([
        Object.keys(page.input["properties"] as object),
        Object.keys(page.output!["properties"] as object),
      ]).toEqual([["prompt", "n"], ["text"]]);
    }
  });

  test("by the keys that wrap them", () => {
    const page = read(`${call("")}{"output_schema": ${out}, "input_schema": ${schema}}`);
    expect(Object.keys(page.input["properties"] as object)).toEqual(["prompt", "n"]);
    expect(Object.keys(page.output!["properties"] as object)).toEqual(["text"]);
  });

  test("and shown twice count once", () => {
    const twice = plain() + plain().replaceAll("Prompt", "Other words");
    expect(read(twice).id).toBe(SAMPLE.id);
  });

  test("a page without an output schema says that the standard one is assumed", () => {
    const page = read(plain({ ...SAMPLE, output: null }));
    expect(page.output).toBeUndefined();
    expect(page.notes.at(-1)?.text).toContain("the standard media output is assumed");
  });
});

describe("HTML as browsers save it", () => {
  const page = (code: string, head = "") =>
    `<!doctype html><html lang="pt-br"><head>${head}</head><body>${code}</body></html>`;
  test("keeps its parts where a panel is hidden", () => {
    expect(read(page(`<pre>${call("")}</pre><div hidden><pre>${schema}</pre></div>`))).toMatchObject({
      id: "maker/paint/edit",
      language: "pt-BR",
    });
  });

  test("is read where its lines are blocks and its numbers are not marked", () => {
    const lines = JSON.stringify(JSON.parse(schema), null, 2).split("\n");
    const numbered = lines
      .map((line, index) => `<span class="l">${index + 1}</span><span>${line}</span>\n`)
      .join("");
    expect(plainOf(read(page(`<pre>${call("")}</pre><pre>${numbered}</pre>`)).input)).toEqual(
      JSON.parse(schema),
    );
  });

  test("takes no time over elements that are nested without end", () => {
    for (const tag of ['<div class="gutter">', "<td>", '<p hidden="">', "<iframe srcdoc='<td>'>"])
      expect(readPage(Buffer.from(page(tag.repeat(40_000) + "</div>".repeat(40_000)))).ok).toBe(false);
  });

  test("names its address in og:url where it has no canonical link", () => {
    const html = page(
      `<pre>${call("")}${schema}</pre>`,
      '<meta property="og:url" content="https://example.com/p">',
    );
    expect(read(html).url).toBe("https://example.com/p");
  });
});

describe("bytes that are not clean UTF-8", () => {
  const titled = (title: string) =>
    schema.replace('"type": "string"', `"type": "string", "title": "${title}"`);
  const titleOf = (bytes: Uint8Array): unknown => {
    const result = readPage(bytes);
    if (!result.ok) throw new Error(result.text);
    return (result.page.input["properties"] as { prompt: { title: unknown } }).prompt.title;
  };

  test("a page that ends inside a character keeps the others", () => {
    const bytes = Buffer.from(`${call("")}${titled("提示词")}\n出力。`);
    for (const cut of [1, 2, 4, 5]) expect(titleOf(bytes.subarray(0, -cut))).toBe("提示词");
  });

  test("a broken byte spoils no other character", () => {
    const bytes = Buffer.concat([Buffer.from(`${call("")}${titled("プロンプト")}`), Buffer.of(0xe3, 0x20)]);
    expect(titleOf(bytes)).toBe("プロンプト");
  });

  test("the encoding that a page names is the one that is read", () => {
    const head = '<html><head><meta charset="windows-1251"></head><body><pre>';
    const html = Buffer.from(`${head}${call("")}${titled("\u00cf\u00ee\u00eb\u00e5")}`, "latin1");
    expect(titleOf(html)).toBe("Поле");
    expect(titleOf(Buffer.from(`${call("")}${titled("Größe")}`, "latin1"))).toBe("Größe");
  });

  test("Windows-1252 has dashes and an ellipsis where Latin-1 has controls, on every Node", () => {
    expect(titleOf(Buffer.from(`${call("")}${titled("5\x9610 s\x85")}`, "latin1"))).toBe("5–10 s…");
  });
});
