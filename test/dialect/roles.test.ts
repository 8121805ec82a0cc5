import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { normalizeInput } from "../../src/dialect/body-normalization.js";
import { roles } from "../../src/dialect/notation/role-list.js";
import { findRoles } from "../../src/dialect/roles/role-assignment.js";
import type { SchemaNode } from "../../src/dialect/notation/schema-node.js";
import type { Schema } from "../../src/input/model.js";

const text = { type: "string" };
const whole = { type: "integer" };
const flag = { type: "boolean" };
const image = { type: "string", format: "image_uri" };
const video = { type: "string", format: "video_uri" };
const audio = { type: "string", format: "audio_uri" };
const images = { type: "array", format: "image_uris", items: text };
const oneOf = (...values: readonly (string | number)[]) => ({ enum: values });

/** The fields of an input as documented, each with the role that it should have; "" where it should have none. */
type Case = readonly [title: string, fields: { readonly [name: string]: readonly [SchemaNode, string] }];

const cases: readonly Case[] = [
  [
    "the main text is the prompt, whatever it is called",
    { "241_positive_prompt": [text, "prompt"], negative_prompt: [text, "negativePrompt"] },
  ],
  ["a camel-cased name is read by its words", { promptText: [text, "prompt"], promptImage: [text, "image"] }],
  ["text alone is the prompt where nothing else is", { text: [text, "prompt"], voice_id: [text, ""] }],
  ["text beside a prompt is none", { text: [text, ""], prompt: [text, "prompt"] }],
  [
    "texts that steer something else are no prompt",
    {
      system_prompt: [text, ""],
      style_prompt: [text, ""],
      prompt: [text, "prompt"],
      prompt_extend: [flag, ""],
    },
  ],
  [
    "a name that says nothing is read by its title",
    {
      "12_value": [{ ...text, title: "Prompt" }, "prompt"],
      "270_value": [{ ...whole, title: "Seed" }, "seed"],
    },
  ],
  ["first and last frame", { first_frame: [image, "image"], last_frame: [image, "lastFrame"] }],
  [
    "first and last frame without a format",
    { first_frame_url: [text, "image"], last_frame_url: [text, "lastFrame"] },
  ],
  ["start and end image", { start_image_url: [image, "image"], end_image_url: [image, "lastFrame"] }],
  ["one image", { img_url: [text, "image"] }],
  ["a list of images", { image: [images, "references"] }],
  [
    "numbered images are all references",
    { image_url_1: [image, "references"], image_url_2: [image, "references"] },
  ],
  ["one numbered image is the image", { image_url_1: [image, "image"] }],
  [
    "an image with a purpose of its own guides",
    { image: [image, "image"], style_image: [image, "references"], reference_image: [image, "references"] },
  ],
  [
    "an image with a purpose of its own is the image where it is the only one",
    { face_image: [image, "image"] },
  ],
  [
    "a mask is no image",
    { image_url: [image, "image"], mask_image_url: [image, "mask"], mask: [image, "mask"] },
  ],
  [
    "videos and sounds",
    { video_url: [video, "video"], left_audio: [audio, "audio"], right_audio: [audio, "audio"] },
  ],
  ["a speech file", { speech: [audio, "audio"] }],
  ["ratios by their values", { size: [oneOf("1:1", "16:9", "auto"), "aspectRatio"] }],
  ["ratios by their name", { aspect_ratio: [text, "aspectRatio"] }],
  ["pixels in a field called ratio", { ratio: [oneOf("1280:720", "720:1280"), "size"] }],
  [
    "pixels with their ratio",
    {
      "245_valuex246_value": [
        { ...oneOf("480x480 (1:1)", "720x480 (3:2)"), title: "Resolution (W:H)" },
        "size",
      ],
    },
  ],
  ["named formats", { image_size: [oneOf("square_hd", "portrait_4_3", "auto"), "size"] }],
  ["both sides", { width: [whole, "width"], output_height: [whole, "height"] }],
  ["resolution by lines and by K", { resolution: [oneOf("480p", "720P"), "resolution"] }],
  ["resolution of images", { image_size: [oneOf("512", "1K", "2K", "4K"), "resolution"] }],
  ["a time is no ratio", { "159_end_time": [oneOf("0:10"), ""] }],
  ["quality words are no resolution", { quality: [oneOf("low", "medium", "high"), ""] }],
  ["duration in numbers", { duration: [whole, "duration"] }],
  ["duration as text", { duration: [oneOf("auto", "5", "10"), "duration"] }],
  ["duration in milliseconds", { music_length_ms: [whole, "duration"] }],
  [
    "times inside a result",
    { start_seconds: [whole, ""], fade_duration: [whole, ""], max_length: [whole, ""] },
  ],
  ["frames per second", { "609_frame_rate": [whole, "fps"], num_frames: [whole, ""] }],
  ["seed", { "128_seed": [whole, "seed"], random_seed: [flag, ""] }],
  ["number of images", { num_images: [whole, "outputs"], num_inference_steps: [whole, ""] }],
  ["n", { n: [whole, "outputs"] }],
  ["sound", { generate_audio_switch: [flag, "sound"], keep_original_sound: [flag, ""] }],
  ["sound that is switched by words", { audio: [oneOf("on", "off"), "sound"] }],
  ["a strength named after the seed is none", { seed_image_strength: [{ type: "float" }, ""] }],
  [
    "a resolution inside a mesh is none",
    { octree_resolution: [whole, ""], texture_resolution: [oneOf(512, 1024), ""] },
  ],
  [
    "a text that finds the mask is no mask",
    { mask_prompt: [text, ""], prompt: [text, "prompt"], mask: [text, "mask"] },
  ],
  [
    "a prompt for an act on a video is the prompt",
    { video_url: [video, "video"], extend_prompt: [text, "prompt"] },
  ],
  ["a text beside the prompt is none", { prompt: [text, "prompt"], extend_prompt: [text, ""] }],
  [
    "music at an address",
    { soundtrack_url: [text, "audio"], music: [text, ""], generate_music: [flag, "sound"] },
  ],
  [
    "a switch that takes sound away makes none",
    { drop_background_audio: [flag, ""], no_audio: [flag, ""], disable_sound: [flag, ""] },
  ],
  [
    "the texts of a node editor are told by their titles",
    {
      "6_text": [{ ...text, title: "Negative" }, "negativePrompt"],
      "7_text": [{ ...text, title: "Prompt" }, "prompt"],
      "8_text": [text, ""],
    },
  ],
  ["a style is no picture to begin with", { prompt: [text, "prompt"], style_image: [image, "references"] }],
  [
    "an image, or a list of objects",
    { promptImage: [{ oneOf: [image, { type: "array", items: { type: "object" } }] }, "image"] },
  ],
  ["an image, or a list of images", { image: [{ oneOf: [image, images] }, "references"] }],
  ["a number of variations", { variations: [whole, "outputs"] }],
  ["a number for each prompt", { images_per_prompt: [whole, "outputs"] }],
  ["elements of objects have none", { elements: [{ type: "array", items: { type: "object" } }, ""] }],
];

function rolesOf(properties: SchemaNode): { [name: string]: string } {
  const input = normalizeInput({ type: "object", properties }, { pointer: "", report: () => {} });
  return Object.fromEntries(
    Object.entries(input.properties).map(([name, field]) => [name, field["x-role"] ?? ""]),
  );
}

describe("the role of a field is told by its name, type and values", () => {
  test.each(cases)("%s", (_, fields) => {
    const schemas = Object.fromEntries(Object.entries(fields).map(([name, [schema]]) => [name, schema]));
    const expected = Object.fromEntries(Object.entries(fields).map(([name, [, role]]) => [name, role]));
    expect(rolesOf(schemas)).toEqual(expected);
  });
});

describe("a role that is written into the schema", () => {
  test("stands, and nobody else has it", () => {
    expect(rolesOf({ prompt: text, story: { ...text, "x-role": "prompt" } })).toEqual({
      prompt: "",
      story: "prompt",
    });
  });

  test("may be none", () => {
    expect(rolesOf({ prompt: { ...text, "x-role": "none" } })).toEqual({ prompt: "none" });
  });

  test("is reported where it is no role", () => {
    const codes: string[] = [];
    normalizeInput(
      { type: "object", properties: { prompt: { ...text, "x-role": "poem" } } },
      { pointer: "", report: ({ code, pointer }) => codes.push(`${code} ${pointer}`) },
    );
    expect(codes).toEqual(["wrong-shape /properties/prompt/x-role"]);
  });
});

/** The role of each field of the shipped models by its name; those of the same name that differ are told apart by model. */
const shipped: { readonly [name: string]: string } = {
  "125_audio": "audio",
  "128_seed": "seed",
  "241_positive_prompt": "prompt",
  "245_valuex246_value": "size",
  "284_image": "image",
  "598_seed": "seed",
  "600_prompt": "prompt",
  "602_widthx602_height": "size",
  "608_image": "image",
  "609_frame_rate": "fps",
  aspect_ratio: "aspectRatio",
  audio_url: "audio",
  audios: "audio",
  duration: "duration",
  enable_audio: "sound",
  end_image: "lastFrame",
  end_image_url: "lastFrame",
  first_frame: "image",
  first_frame_image_url: "image",
  fps: "fps",
  generate_audio: "sound",
  generate_audio_switch: "sound",
  height: "height",
  image: "image",
  "image of bytedance/seedream-5.0-pro/image-to-image": "references",
  image_size: "size",
  image_url: "image",
  image_urls: "references",
  images: "references",
  last_frame: "lastFrame",
  last_image: "lastFrame",
  music_length_ms: "duration",
  negative_prompt: "negativePrompt",
  num_images: "outputs",
  prompt: "prompt",
  ratio: "aspectRatio",
  "ratio of runwayml/runway-aleph/video-to-video": "size",
  resolution: "resolution",
  seed: "seed",
  size: "aspectRatio",
  sound: "sound",
  start_image_url: "image",
  tags: "prompt",
  target_aspect_ratio: "aspectRatio",
  video: "video",
  video_url: "video",
  videos: "video",
  width: "width",
};
/** Fields of the shipped models that have none of the roles. */
const others = new Set(
  (
    "128_cfg 128_shift 128_steps 159_end_time 270_value 598_cfg 598_shift 598_steps 602_num_frames background camera_fixed camera_motion " +
    "cfg_scale enable_prompt_expansion enable_safety_checker enable_web_search enhance_prompt force_instrumental " +
    "generate_multi_clip_switch guidance_scale keep_original_sound lyrics output_format prompt_expansion_mode prompt_extend quality " +
    "rendering_speed safety_tolerance shot_type steps watermark"
  ).split(" "),
);

const { models } = JSON.parse(
  readFileSync(new URL("../../generated/catalogue.json", import.meta.url), "utf8"),
) as { readonly models: readonly { readonly id: string; readonly input: Schema }[] };

test.each(models.map(({ id, input }) => [id, input] as const))(
  "the fields of %s have their roles",
  (id, input) => {
    for (const [name, schema] of Object.entries(input.properties ?? {})) {
      const numbered = /^image_url_\d$/.test(name) ? "references" : undefined;
      const expected = numbered ?? shipped[`${name} of ${id}`] ?? shipped[name];
      if (expected === undefined) expect(others, `${name} is new: decide on its role`).toContain(name);
      expect([name, schema["x-role"]]).toEqual([name, expected]);
    }
  },
);

test.each(models.map(({ id, input }) => [id, input] as const))(
  "%s: the rules find again the roles that it has",
  (_, input) => {
    const found = findRoles(
      Object.fromEntries(
        Object.entries(input.properties ?? {}).map(([name, { "x-role": _, ...rest }]) => [name, rest]),
      ),
    );
    for (const role of found.values()) expect(roles).toContain(role);
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(
        Object.entries(input.properties ?? {}).flatMap(([name, { "x-role": role }]) =>
          role ? [[name, role]] : [],
        ),
      ),
    );
  },
);
