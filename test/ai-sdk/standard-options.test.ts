import { expect, test } from "vitest";
import { fillFields } from "../../src/adapters/ai-sdk/standard-input.js";
import type { Medium, StandardOptions } from "../../src/adapters/ai-sdk/standard-input.js";
import { describeModel, list, load } from "../../src/catalogue/shipped.js";
import { checkInput } from "../../src/input/check.js";
import type { CheckedModel } from "../../src/input/define-model.js";

const photo: Medium = { kind: "image", value: "https://example.com/a.png" };
const clip: Medium = { kind: "video", value: "https://example.com/a.mp4" };
const speech: Medium = { kind: "audio", value: "https://example.com/a.mp3" };

/** What is wrong with the input that the standard options make. */
async function findProblems(model: CheckedModel, more: StandardOptions): Promise<string[]> {
  const { fields } = await describeModel(model);
  const roles = new Set(fields.map(({ role }) => role));
  const { input } = fillFields(fields, {
    prompt: "Wind.",
    ...(roles.has("image") && { firstFrame: photo }),
    ...(roles.has("lastFrame") && { lastFrame: photo }),
    media: [
      ...(roles.has("references") ? [photo] : []),
      ...(roles.has("video") ? [clip] : []),
      ...(roles.has("audio") ? [speech] : []),
    ],
    ...more,
  });
  const issues = checkInput(model, input).filter(({ severity }) => severity !== "warning");
  return issues.map(({ path, code }) => `${path} ${code}`);
}

/** Options that some models require; each lists other resolutions. */
const fuller = ["1280x720", "1366x768"].map((value): StandardOptions => ({
  aspectRatio: "16:9",
  duration: 5,
  pixels: { option: "resolution", value },
}));

test("every image and video model is driven by the standard options alone, but for one", async () => {
  const exceptions: Record<string, string[]> = {};
  const counts = { driven: 0, "driven with format, duration and resolution": 0, "makes sound only": 0 };
  for (const { id, makes } of list()) {
    const model = (await load(id)).model as unknown as CheckedModel;
    if (makes === "audio") counts["makes sound only"]++;
    else if ((await findProblems(model, {})).length === 0) counts.driven++;
    else {
      const tries = await Promise.all(fuller.map((options) => findProblems(model, options)));
      const problems = tries.find((found) => found.length === 0) ?? tries.at(-1)!;
      if (problems.length > 0) exceptions[id] = problems;
      else counts["driven with format, duration and resolution"]++;
    }
  }
  expect({ counts, exceptions }).toMatchInlineSnapshot(`
    {
      "counts": {
        "driven": 80,
        "driven with format, duration and resolution": 2,
        "makes sound only": 2,
      },
      "exceptions": {
        "minimax/minimax-h3-max/text-to-video": [
          "/prompt_expansion_mode required",
        ],
      },
    }
  `);
});

test.each([
  ["wan-ai/wan-2.7/edit", { aspectRatio: "3:4" }, { image_size: "portrait_4_3" }],
  ["wan-ai/wan-2.7/edit", { aspectRatio: "1:1" }, { image_size: "square_hd" }],
  ["wan-ai/wan-2.7/edit", { seed: 5 }, { seed: 5 }],
] as const)("%s takes %j as %j", async (id, options, expected) => {
  const { model } = await load(id);
  const { fields } = await describeModel(model as unknown as CheckedModel);
  expect(fillFields(fields, options).input).toMatchObject(expected);
});
