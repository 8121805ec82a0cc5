/** The layout of every generated module. Quotes stay as the doors set them: the formatter knows newer identifiers than TypeScript. */
const options = { printWidth: 110, quoteProps: "preserve" } as const;

/**
 * Lays out a module.
 *
 * @throws Error when the text is not TypeScript, which only a fault of the generator can cause.
 */
export async function layOut(text: string): Promise<string> {
  const { format } = await import("oxfmt");
  const { code, errors } = await format("module.ts", text, options);
  const [first] = errors;
  if (first === undefined) return code;
  throw new Error(`The text is not TypeScript: ${first.message}`);
}
