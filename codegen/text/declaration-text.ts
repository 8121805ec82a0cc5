/** The text of a type declaration, already printed by the one module that prints types. */
export interface DeclarationText {
  readonly text: string;
}

const printed = new WeakSet<object>();

/**
 * Marks text as a printed declaration. Called by the printer of types, and by what cuts them out of a printed file again;
 * templates take nothing else.
 */
export function markDeclaration(text: string): DeclarationText {
  const declared = { text };
  printed.add(declared);
  return declared;
}

/**
 * The text of a declaration that was really printed.
 *
 * @throws TypeError for anything else, so that data can never pass for a declaration.
 */
export function declarationText(value: unknown): string {
  if (typeof value === "object" && value !== null && printed.has(value))
    return (value as DeclarationText).text;
  throw new TypeError("A template may insert only declarations that the printer of types has made.");
}
