import { expect, test } from "vitest";
import { measureTracks } from "../../src/node/media/track-measurement.js";

/** Frames of MPEG-1 layer III at 44.1 kHz, of the kilobits asked for, and no header that tells their number. */
const makeMp3 = (kilobits: readonly number[]): Buffer => {
  const rates = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
  return Buffer.concat(
    kilobits.map((rate) => {
      const frame = Buffer.alloc(Math.floor((144_000 * rate) / 44_100));
      frame.set([0xff, 0xfb, rates.indexOf(rate) << 4, 0xc4]);
      return frame;
    }),
  );
};

const measureMp3 = (bytes: Buffer) =>
  measureTracks(
    {
      size: bytes.length,
      head: bytes.subarray(0, 65_536),
      read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
    },
    { pixels: false, seconds: true, kind: undefined },
  );

test("an MP3 of frames of all sizes, without a header, is as long as its frames", async () => {
  const kilobits = Array.from({ length: 400 }, (_, nth) => (nth < 3 ? 256 : [32, 64, 128][nth % 3]!));
  const measured = await measureMp3(makeMp3(kilobits));
  expect(measured.seconds).toBeCloseTo((400 * 1152) / 44_100, 1);
});

test("an MP3 of like frames, without a header, is measured by its size", async () => {
  const measured = await measureMp3(makeMp3(Array.from({ length: 3000 }, () => 128)));
  expect(measured.seconds).toBeCloseTo((3000 * 1152) / 44_100, 0);
});
