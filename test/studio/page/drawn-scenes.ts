import type { Page } from "playwright-core";

/** Draws a landscape of a few shapes for each prompt, in place of the emulator's one small picture. */
export const drawScene = (page: Page, seed: number): Promise<string> =>
  page.evaluate((at) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 240];
    const context = canvas.getContext("2d")!;
    const hue = [18, 200, 130][at % 3]!;
    const sky = context.createLinearGradient(0, 0, 0, 240);
    sky.addColorStop(0, `hsl(${hue + 210} 42% 24%)`);
    sky.addColorStop(1, `hsl(${hue} 78% 70%)`);
    context.fillStyle = sky;
    context.fillRect(0, 0, 320, 240);
    context.fillStyle = `hsl(${hue + 20} 95% 84%)`;
    context.beginPath();
    context.arc(90 + at * 70, 120, 34, 0, 7);
    context.fill();
    for (let hill = 0; hill < 3; hill++) {
      context.fillStyle = `hsl(${hue + 190} 38% ${34 - hill * 11}%)`;
      context.beginPath();
      context.moveTo(0, 240);
      for (let x = 0; x <= 320; x += 8)
        context.lineTo(x, 150 + hill * 28 + Math.sin(x / (46 + at * 9) + hill * 2 + at) * 16);
      context.lineTo(320, 240);
      context.fill();
    }
    return canvas.toDataURL("image/png").split(",")[1]!;
  }, seed);

/** The picture of a page as WebP: a third of the bytes of a PNG. */
export const toWebp = (page: Page, png: Buffer): Promise<string> =>
  page.evaluate(async (content) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${content}`)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext("2d")!.drawImage(bitmap, 0, 0);
    const bytes = new Uint8Array(
      await (await canvas.convertToBlob({ type: "image/webp", quality: 0.86 })).arrayBuffer(),
    );
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }, png.toString("base64"));
