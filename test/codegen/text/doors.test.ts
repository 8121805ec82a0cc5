import * as fc from "fast-check";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { doc, docLines } from "../../../codegen/text/doc.js";
import { key } from "../../../codegen/text/key.js";
import { literal } from "../../../codegen/text/literal.js";
import { readLiteral } from "../hostile/emitted-module.js";
import { hostileJson, hostilePieces, hostileText } from "../hostile/hostile-values.js";

const parse = (text: string): ts.SourceFile & { parseDiagnostics?: readonly ts.Diagnostic[] } =>
  ts.createSourceFile("text.ts", text, ts.ScriptTarget.Latest, true);

const evaluate = (text: string): unknown => {
  const [statement] = parse(`(${text})`).statements;
  if (statement === undefined || !ts.isExpressionStatement(statement)) throw new Error("no expression");
  return readLiteral((statement.expression as ts.ParenthesizedExpression).expression);
};

const plain = (value: unknown): unknown => structuredClone(value);

/** A comment around the text, as templates and the printer of types make it, before a declaration. */
const comment = (text: string): string =>
  ["/**", ...docLines(text).map((line) => ` * ${line}`), " */", "export const here = 1;"].join("\n");

describe("the literal door", () => {
  test("prints every JSON value so that it evaluates to the same value", () => {
    fc.assert(
      fc.property(hostileJson, (value) => {
        expect(evaluate(literal(value))).toStrictEqual(plain(value));
      }),
      { numRuns: 1000 },
    );
  });

  test("prints strings that JavaScript engines read back, too", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(JSON.parse(literal(text).replaceAll("\\u002f", "/"))).toBe(text);
        expect(new Function(`return ${literal(text)}`)()).toBe(text);
      }),
    );
  });

  test("leaves no line separator, half surrogate, script end or source map comment in the text", () => {
    const text = literal(hostilePieces.join(""));
    expect(text).not.toMatch(/[\u2028\u2029\u202e\p{Surrogate}]/u);
    expect(text).not.toContain("</script");
    expect(text).not.toContain("//#");
  });

  test("lets the value's own type decide", () => {
    expect(literal("5")).toBe('"5"');
    expect(literal(5)).toBe("5");
    expect(literal(-0)).toBe("-0");
    expect(literal({ "a-b": [1e21, null, true], c: undefined })).toBe('{ "a-b": [1e+21, null, true] }');
  });

  test.each([Infinity, -Infinity, NaN, undefined, () => 1, Symbol("x"), 1n])("refuses %s", (value) => {
    expect(() => literal(value)).toThrow(RangeError);
  });

  test("refuses a key that would set the prototype, however deep", () => {
    expect(() => literal([{ a: JSON.parse('{"__proto__": 1}') as unknown }])).toThrow(/__proto__/);
  });
});

describe("the key door", () => {
  test("quotes all but plain identifiers", () => {
    expect(["prompt", "_a$1", "class"].map(key)).toEqual(["prompt", "_a$1", "class"]);
    expect(["241_positive", "", "a b", "é", "*/"].map(key)).toEqual([
      '"241_positive"',
      '""',
      '"a b"',
      '"é"',
      '"*/"',
    ]);
  });

  test("prints every name so that it is read back unchanged", () => {
    fc.assert(
      fc.property(
        hostileText.filter((name) => name !== "__proto__"),
        (name) => {
          expect(evaluate(`{ ${key(name)}: 1 }`)).toStrictEqual(Object.fromEntries([[name, 1]]));
        },
      ),
    );
  });

  test("refuses __proto__", () => {
    expect(() => key("__proto__")).toThrow(RangeError);
  });
});

describe("the doc door", () => {
  test("never lets text out of its comment, nor makes a tag of it", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (one, two) => {
        const source = parse(comment(`${one}${two}`));
        expect(source.parseDiagnostics).toEqual([]);
        const [statement, ...more] = source.statements;
        expect(more).toEqual([]);
        expect(statement?.kind).toBe(ts.SyntaxKind.VariableStatement);
        expect(statement === undefined ? [] : ts.getJSDocTags(statement)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test("splits all eight line ends and drops blank lines at the ends", () => {
    expect(docLines("\n\na\nb\rc\r\nd\u000be\ff\u0085g\u2028h\u2029i\n")).toEqual([..."abcdefghi"]);
    expect(docLines(" \n ")).toEqual([]);
  });

  test("breaks the end of a comment by inserting, after everything else", () => {
    expect(doc("a */ b **/ c */*/")).toBe("a *\\/ b **\\/ c *\\/*\\/");
    expect(doc("*\u200b/")).toBe("*\\u200b/");
    expect(doc("*\u0000/")).toBe("*\\u0000/");
  });

  test("shows what cannot be seen and keeps what can", () => {
    expect(doc("a\u202eb\ud800c\u0007")).toBe("a\\u202eb\\ud800c\\u0007");
    expect(doc("👨‍👩‍👧 日本語 é\tx")).toBe("👨‍👩‍👧 日本語 é x");
  });

  test("takes the edge off tags but not off addresses", () => {
    expect(doc("@deprecated mail me@example.com {@link x}")).toBe(
      "\\@deprecated mail me@example.com {\\@link x}",
    );
  });

  test("breaks long lines at spaces", () => {
    const lines = docLines("word ".repeat(60));
    expect(lines.length).toBe(3);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines.join(" ")).toBe("word ".repeat(60).trim());
  });
});
