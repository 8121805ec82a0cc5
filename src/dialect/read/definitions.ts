import { splitPointer } from "../../errors/issue.js";

/** The schemas of a document that contain themselves, each with a name under `$defs`. */
export class Definitions {
  private readonly names = new Map<string, string>();

  /** The reference that stands for another one in the normalised schema; the whole schema stays `#`. */
  readonly define = (reference: string): string => {
    if (reference === "#") return reference;
    const name = this.names.get(reference) ?? this.findFree(reference);
    this.names.set(reference, name);
    return `#/$defs/${name}`;
  };

  /** All schemas that were asked for, with the references to them as documented; those asked for meanwhile come, too. */
  [Symbol.iterator](): MapIterator<[reference: string, name: string]> {
    return this.names[Symbol.iterator]();
  }

  /** Names are of ASCII letters and digits, the first a capital, so that no tool has to change them. */
  private findFree(reference: string): string {
    const words = (splitPointer(reference).at(-1) ?? "").slice(0, 60).split(/[^A-Za-z0-9]+/);
    const plain = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
    const stem = /^[A-Z]/.test(plain) ? plain : `Part${plain}`;
    const taken = new Set([...this.names.values()].map((name) => name.toLowerCase()));
    let name = stem;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${stem}${number}`;
    return name;
  }
}
