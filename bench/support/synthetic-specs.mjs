// Writes a folder of made-up models that have the shape of the five documented ones.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const specs = fileURLToPath(new URL("../../specs/", import.meta.url));
const shapes = [
  "community/infinite-talk/image-to-video",
  "happyhorse/happyhorse-1.0/reference-to-video",
  "bytedance/seedance-v1.5-pro/image-to-video",
  "runwayml/runway-aleph/video-to-video",
  "community/wan-2-1/fusionx/image-to-video",
].map((id) => JSON.parse(readFileSync(join(specs, `${id}.json`), "utf8")));

export const syntheticId = (index) =>
  `maker-${index % 40}/model-${String(index).padStart(4, "0")}/image-to-video`;

export const writeSyntheticSpecs = (folder, count) => {
  for (let index = 0; index < count; index++) {
    const { $schema, ...shape } = shapes[index % shapes.length];
    const file = join(folder, `${syntheticId(index)}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      `${JSON.stringify({ ...shape, title: `${shape.title ?? "Model"} ${index}` }, null, 2)}\n`,
    );
  }
};
