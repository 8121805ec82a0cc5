import { afterEach, expect, test, vi } from "vitest";
import { findEnd } from "../../../src/node/files/truncation.js";
import { readMedia } from "./media-server.js";

afterEach(() => void vi.unstubAllGlobals());

const endOf = (bytes: Buffer) =>
  findEnd("png", bytes.length, async (start: number, length: number) =>
    bytes.subarray(start, start + length),
  );

test("row 97: a whole picture is whole where the platform reads latin1 as windows-1252, as the standard says", async () => {
  class Standard extends TextDecoder {
    override decode(bytes?: Uint8Array): string {
      return super.decode(bytes).replaceAll("\x82", "\u201a");
    }
  }
  vi.stubGlobal("TextDecoder", Standard);
  const png = readMedia("photo.png");
  expect(await endOf(png)).toBe("whole");
  expect(await endOf(png.subarray(0, -1))).toBe("cut");
});
