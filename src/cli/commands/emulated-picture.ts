import { createHash } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

type Colour = readonly [red: number, green: number, blue: number];

const longSide = 640;

/** A PNG as a `data:` URI: soft hills of colours that the seed decides, so that each job of the emulator has a picture of its own. */
export function drawPicture(seed: string, ratio: number): string {
  const width = ratio >= 1 ? longSide : Math.round(longSide * ratio);
  const height = ratio >= 1 ? Math.round(longSide / ratio) : longSide;
  const hash = createHash("sha256").update(seed).digest();
  const hue = (hash[0]! / 255) * 360;
  const [sky, glow, near] = [
    toColour(hue, 0.55, 0.32),
    toColour(hue + 40 + (hash[1]! % 60), 0.75, 0.72),
    toColour(hue + 15 + (hash[2]! % 20), 0.5, 0.14),
  ];
  const sun = { x: (0.2 + (hash[3]! / 255) * 0.6) * width, y: (0.25 + (hash[4]! / 255) * 0.25) * height };
  const hills = [0, 1, 2].map((nth) => ({
    base: height * (0.58 + nth * 0.14),
    swing: height * (0.05 + (hash[5 + nth]! / 255) * 0.08),
    bend: (0.6 + (hash[8 + nth]! / 255) * 1.6) * ((2 * Math.PI) / width),
    start: hash[11 + nth]! / 20,
  }));
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, at = 0; y < height; y++) {
    // Each row of a PNG begins with its filter: 0 for none.
    at++;
    for (let x = 0; x < width; x++) {
      const hill = hills.findLastIndex(
        ({ base, swing, bend, start }) => y > base + swing * Math.sin(x * bend + start),
      );
      const light = Math.max(0, 1 - Math.hypot(x - sun.x, y - sun.y) / (longSide * 0.45));
      const air = mix(sky, glow, Math.min(1, light * light + (y / height) * 0.55));
      const colour = hill < 0 ? air : mix(air, near, 0.35 + hill * 0.28);
      for (const part of colour) rows[at++] = Math.round(part);
    }
  }
  return `data:image/png;base64,${writePng(width, height, rows).toString("base64")}`;
}

function mix(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** A colour of hue, saturation and lightness, as red, green and blue from 0 to 255. */
function toColour(hue: number, saturation: number, lightness: number): Colour {
  const part = (offset: number): number => {
    const place = (offset + hue / 30) % 12;
    const reach = saturation * Math.min(lightness, 1 - lightness);
    return 255 * (lightness - reach * Math.max(-1, Math.min(place - 3, 9 - place, 1)));
  };
  return [part(0), part(8), part(4)];
}

function writePng(width: number, height: number, rows: Buffer): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits for each of red, green and blue.
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([
    signature,
    writeChunk("IHDR", head),
    writeChunk("IDAT", deflateSync(rows)),
    writeChunk("IEND", Buffer.alloc(0)),
  ]);
}

function writeChunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}
