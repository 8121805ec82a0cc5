import { describe, expect, test } from "vitest";
import { parseForm } from "../../src/forms/index.js";
import type { FormOptions, FormSource } from "../../src/forms/index.js";
import { defineModel } from "../../src/input/standard.js";

const image = { type: "string", "x-media": { kind: "image" } } as const;
const model = defineModel({
  id: "a/b",
  input: {
    type: "object",
    properties: {
      prompt: { type: "string", maxLength: 40 },
      seed: { type: "integer" },
      strength: { type: "number", minimum: 0, maximum: 1 },
      loop: { type: "boolean", default: true },
      duration: { type: "integer", enum: [5, 10] },
      resolution: { type: "string", enum: ["480p", "720p"] },
      size: {
        anyOf: [
          { type: "integer", minimum: 64 },
          { type: "string", enum: ["auto"] },
        ],
      },
      image,
      images: { type: "array", items: image, maxItems: 3 },
      tags: { type: "array", items: { type: "string" } },
      points: { type: "array", items: { type: "number" } },
      camera: { $ref: "#/$defs/camera" },
      loras: {
        type: "array",
        items: {
          type: "object",
          properties: { path: { type: "string" }, scale: { type: "number" } },
          required: ["path"],
          additionalProperties: false,
        },
      },
      weights: { type: "object", additionalProperties: { type: "number" } },
      "odd.name[0]": { type: "integer" },
    },
    required: ["prompt"],
    additionalProperties: false,
    $defs: {
      camera: {
        type: "object",
        properties: {
          zoom: { type: "number" },
          fixed: { type: "boolean" },
          next: { $ref: "#/$defs/camera" },
        },
        additionalProperties: false,
      },
    },
  },
});

type Pairs = readonly (readonly [string, string | File])[];
const toForm = (pairs: Pairs): FormData => {
  const form = new FormData();
  for (const [name, value] of pairs) form.append(name, value);
  return form;
};
/** The values that fields give, beside the one that the model requires. */
const read = (...pairs: Pairs): unknown => {
  const { value, issues } = parseForm(model, toForm([["prompt", "Rain."], ...pairs]));
  if (issues) return issues.map(({ field, path, message }) => [field, path, message]);
  const { prompt, ...others } = value as { prompt: string };
  expect(prompt).toBe("Rain.");
  return others;
};
const complain = (form: unknown, options?: FormOptions): unknown =>
  parseForm(model, form as FormSource, options).issues?.map(({ field, message }) => `${field}: ${message}`);
const photo = new File(["x"], "me.png", { type: "image/png" });
const noFile = new File([], "", { type: "application/octet-stream" });

describe("a field of a form gives", () => {
  test.each<[string, Pairs, unknown]>([
    ["a whole number", [["seed", " 5 "]], { seed: 5 }],
    ["a whole number with an exponent, as number fields take it", [["seed", "1e3"]], { seed: 1000 }],
    ["a number", [["strength", "0.5"]], { strength: 0.5 }],
    ["true for a checked box", [["loop", "on"]], { loop: true }],
    ["true", [["loop", "true"]], { loop: true }],
    ["false", [["loop", "false"]], { loop: false }],
    ["false by a hidden field, where the box is not checked", [["loop", "off"]], { loop: false }],
    [
      "true where the hidden field is followed by a checked box",
      [
        ["loop", "false"],
        ["loop", "on"],
      ],
      { loop: true },
    ],
    [
      "nothing where it is empty",
      [
        ["seed", ""],
        ["duration", ""],
        ["tags", ""],
        ["image", noFile],
      ],
      {},
    ],
    ["a choice that is a number", [["duration", "10"]], { duration: 10 }],
    ["a number where texts fit, too", [["size", "128"]], { size: 128 }],
    ["a text where numbers fit, too", [["size", "auto"]], { size: "auto" }],
    [
      "an address without the space around it",
      [["image", " https://a.b.com/c.png\n"]],
      { image: "https://a.b.com/c.png" },
    ],
    ["a file as it is", [["image", photo]], { image: photo }],
    [
      "a file, where its field stands beside an empty one for an address",
      [
        ["image", ""],
        ["image", photo],
      ],
      { image: photo },
    ],
    ["a list of one", [["tags", "rain"]], { tags: ["rain"] }],
    [
      "a list, where its name is repeated",
      [
        ["tags", "rain"],
        ["tags", ""],
        ["tags[]", "[1]"],
      ],
      { tags: ["rain", "[1]"] },
    ],
    ["a list by JSON", [["tags", '["rain","snow"]']], { tags: ["rain", "snow"] }],
    ["a text with a bracket, where it is no JSON", [["tags", "[rain"]], { tags: ["[rain"] }],
    ["numbers of a list", [["points", "1"], ["points", "2.5"]], { points: [1, 2.5] }], // prettier-ignore
    [
      "files and addresses of one list",
      [
        ["images", photo],
        ["images", "https://a.b.com/c.png"],
        ["images", noFile],
      ],
      { images: [photo, "https://a.b.com/c.png"] },
    ],
    ["an object by JSON", [["camera", '{"zoom":2}']], { camera: { zoom: 2 } }],
    [
      "an object by parts, behind a reference",
      [
        ["camera.zoom", "2"],
        ["camera[fixed]", "on"],
        ["camera.next.zoom", "3"],
        ["camera.next.fixed", ""],
      ],
      { camera: { zoom: 2, fixed: true, next: { zoom: 3 } } },
    ],
    ["no object, where all its parts are empty", [["camera.zoom", ""], ["loras[0].path", ""]], {}], // prettier-ignore
    [
      "objects of a list in their order, without gaps",
      [
        ["loras[10].path", "c"],
        ["loras.2.path", "b"],
        ["loras[2][scale]", "0.5"],
        ["loras[0].path", ""],
        ["loras[999999999999].path", "d"],
      ],
      { loras: [{ path: "b", scale: 0.5 }, { path: "c" }, { path: "d" }] },
    ],
    ["objects of a list by JSON each", [["loras", '{"path":"a"}'], ["loras", '{"path":"b"}']], { loras: [{ path: "a" }, { path: "b" }] }], // prettier-ignore
    ["values under names that the model leaves open", [["weights.a b", "2"]], { weights: { "a b": 2 } }],
    ["a value under a name with dots that the model has", [["odd.name[0]", "7"]], { "odd.name[0]": 7 }],
  ])("%s", (_, pairs, expected) => {
    expect(read(...pairs)).toEqual(expected);
  });

  test("texts with the line ends that were typed, which browsers send as CRLF", () => {
    expect(parseForm(model, toForm([["prompt", "one\r\ntwo\rthree\n"]])).value).toEqual({
      prompt: "one\ntwo\rthree\n",
    });
    const lines = toForm([["prompt", "\r\n".repeat(40)]]);
    expect(parseForm(model, lines).issues).toBeUndefined();
  });
});

describe("a form that does not fit is told", () => {
  test.each<[string, Pairs, unknown]>([
    ["a whole number", [["seed", "5.5"]], ["seed", "/seed", '"5.5" given; expected a whole number']],
    ["a number", [["strength", "1,5"]], ["strength", "/strength", '"1,5" given; expected a number']],
    [
      "a number too large to be sent",
      [["seed", "9007199254740993"]],
      ["seed", "/seed", "9007199254740993 is beyond the whole numbers that can be sent exactly"],
    ],
    ["a switch", [["loop", "yes"]], ["loop", "/loop", '"yes" given; expected on, true, off or false']],
    ["a limit of the model", [["strength", "2"]], ["strength", "/strength", "2 given; expected at most 1"]],
    [
      "a value that is no choice",
      [["resolution", "720"]],
      ["resolution", "/resolution", '"720" is not one of "480p", "720p". Did you mean "720p"?'],
    ],
    [
      "an unknown field with the name that was meant",
      [["sed", "5"]],
      ["sed", "/sed", 'is not a documented field. Did you mean "seed"?'],
    ],
    [
      "an unknown part",
      [["camera.zom", "5"]],
      ["camera.zom", "/camera/zom", 'is not a documented field. Did you mean "zoom"?'],
    ],
    [
      "the part of a field without parts",
      [["seed.x", "5"]],
      ["seed", "/seed", "has parts, such as x; expected integer"],
    ],
    [
      "a part that is missing, by the name that its field would have",
      [["loras[4].scale", "1"]],
      ["loras[4].path", "/loras/0/path", "is required"],
    ],
    [
      "a part that is missing in JSON, by the name of its field",
      [["loras", '[{"scale":1}]']],
      ["loras", "/loras/0/path", "is required"],
    ],
    [
      "an item by the name of its field",
      [
        ["points", "1"],
        ["points", "x"],
      ],
      ["points", "/points/1", '"x" given; expected a number'],
    ],
    [
      "JSON that is none",
      [["camera", "{zoom"]],
      ["camera", "/camera", '"{zoom" given; expected an object as JSON, such as {"a": 1}'],
    ],
    [
      "a value given twice",
      [
        ["seed", "1"],
        ["seed", "2"],
      ],
      ["seed", "/seed", "is given 2 times; expected one value"],
    ],
    [
      "an object given twice",
      [
        ["camera", "{}"],
        ["camera.zoom", "1"],
      ],
      ["camera", "/camera", "is given as a whole and in parts: give one of the two"],
    ],
    [
      "a file that is not asked for",
      [["seed", photo]],
      ["seed", "/seed", "is a file; expected a text: this field takes no files"],
    ],
  ])("%s", (_, pairs, expected) => {
    expect(read(...pairs)).toEqual([expected]);
  });

  test.each(["./me.png", "/etc/passwd", "file:///etc/passwd", "C:\\me.png", "http://a.b.com/c.png"])(
    "an address that would make `attach` open a file of the server: %s",
    (address) => {
      expect(
        parseForm(
          model,
          toForm([
            ["prompt", "Rain."],
            ["image", address],
          ]),
        ).issues,
      ).toMatchObject([{ field: "image", code: "media_address" }]);
    },
  );

  test("all issues at once", () => {
    const form = toForm([
      ["seed", "x"],
      ["duration", "7"],
      ["loop", "maybe"],
      ["colour", "red"],
    ]);
    expect(complain(form)).toEqual([
      'seed: "x" given; expected a whole number',
      'loop: "maybe" given; expected on, true, off or false',
      expect.stringContaining("colour: is not a documented field"),
      "duration: 7 is not one of 5, 10. Did you mean 5?",
      "prompt: is required",
    ]);
  });

  test("at most a hundred of them, however many names it has", () => {
    const names = Array.from({ length: 10_000 }, (_, at) => [`${"promt".repeat(40)}${at}`, "x"] as const);
    const { issues } = parseForm(model, names);
    expect(issues).toHaveLength(101);
    expect(issues!.at(-1)).toMatchObject({ code: "more", field: "" });
    const items = Array.from({ length: 10_000 }, () => ["points", "x"] as const);
    expect(parseForm(model, items).issues).toHaveLength(101);
  });

  test.each(["__proto__", "constructor", "toString", "__proto__.polluted", "camera.__proto__.polluted"])(
    "the name %s, and no prototype changes",
    (name) => {
      expect(parseForm(model, [["prompt", "x"], [name, "1"]]).issues).toMatchObject([{ code: "unknown_field" }]); // prettier-ignore
      expect(({} as { polluted?: string }).polluted).toBeUndefined();
    },
  );

  test.each(["a[", "a..b", ".a", "[0]", "a]b", "a".repeat(100_000), `camera${".next".repeat(5000)}.zoom`])(
    "a name that is none",
    (name) => {
      expect(
        parseForm(model, [
          ["prompt", "x"],
          [name, "1"],
        ]).issues,
      ).toMatchObject([{ code: "unknown_field", field: name }]);
    },
  );

  test.each([
    undefined,
    null,
    "prompt=Rain",
    5,
    [1],
    ["prompt"],
    new Date(0),
    Promise.resolve(new FormData()),
  ])("a value that is no form: %s", (form) => {
    expect(complain(form)).toEqual([
      ": is no form; expected FormData, URLSearchParams, pairs of name and value, or an object",
    ]);
  });
});

describe("forms of all kinds", () => {
  test.each<[string, FormSource]>([
    ["parameters of an address", new URLSearchParams("prompt=Rain.&seed=5&tags=a&tags=b&camera.zoom=2")],
    ["pairs", new Map<string, unknown>([["prompt", "Rain."], ["seed", "5"], ["tags", ["a", "b"]], ["camera[zoom]", "2"]])], // prettier-ignore
    ["an object of texts", { prompt: "Rain.", seed: "5", tags: ["a", "b"], "camera.zoom": "2" }],
    ["an object of objects", { prompt: "Rain.", seed: "5", tags: ["a", "b"], camera: { zoom: "2" } }],
    [
      "an object with values of their types",
      {
        prompt: "Rain.",
        seed: 5,
        tags: ["a", "b"],
        camera: { zoom: 2, fixed: undefined },
        image: null,
        loras: [],
      },
    ],
  ])("%s", (_, form) => {
    expect(parseForm(model, form).value).toEqual({
      prompt: "Rain.",
      seed: 5,
      tags: ["a", "b"],
      camera: { zoom: 2 },
    });
  });

  test("objects with lists of objects", () => {
    const form = { prompt: "x", loras: [{ path: "a", scale: "1" }, { path: "" }, { path: "b", scale: 2 }] };
    expect(parseForm(model, form).value).toMatchObject({
      loras: [
        { path: "a", scale: 1 },
        { path: "b", scale: 2 },
      ],
    });
  });

  test("fields that are not the model's are ignored where they are named, and those of React always", () => {
    const form = toForm([
      ["prompt", "x"],
      ["csrf", "secret"],
      ["$ACTION_ID_1", ""],
    ]);
    expect(complain(form)).toEqual([expect.stringContaining("csrf: is not a documented field")]);
    expect(parseForm(model, form, { ignore: ["csrf"] }).value).toEqual({ prompt: "x" });
  });

  test("an option that is none is refused", () => {
    expect(() => parseForm(model, {}, { ignored: [] } as FormOptions)).toThrow(
      /parseForm has no option "ignored". Did you mean "ignore"\?/,
    );
    expect(() => parseForm(model, {}, { ignore: "csrf" } as unknown as FormOptions)).toThrow(
      /ignore is of type string/,
    );
  });
});
