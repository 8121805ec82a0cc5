import { show } from "../../../src/errors/issue.js";
import { invisibleCharacter, prototypeNames } from "../../../src/dialect/notation/property-name.js";
import { compareText } from "../../text/text-order.js";

// Windows opens a device for these names, with any extension.
const deviceName = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
const notInFileNames = /[\\:*?"<>|]/;
const notInAddresses = /[%#]/;

/** Says why a model id cannot be used as a path; undefined where it can. */
export function checkId(id: string): string | undefined {
  if (id.length > 200) return "The id has more than 200 characters.";
  if (id.normalize("NFC") !== id)
    return `The id ${show(id)} spells accents in a way that some disks rewrite (not NFC).`;
  const segments = id.split("/");
  for (const segment of segments) {
    const problem = checkSegment(segment);
    if (problem !== undefined) return `The part ${show(segment)} of the id ${problem}.`;
  }
  // TypeScript reads x.d.ts and x.d.css.ts as declarations without code.
  if (/\.d(?:\.[^.]+)?$/i.test(segments.at(-1)!)) return `The id ${show(id)} would name a declaration file.`;
  return undefined;
}

function checkSegment(segment: string): string | undefined {
  if (segment === "") return "is empty";
  if (segment === "." || segment === "..") return "would lead to another folder";
  if (segment.startsWith(".")) return "starts with a dot: such files are hidden";
  if (invisibleCharacter.test(segment)) return "has a character that cannot be seen";
  if (notInFileNames.test(segment))
    return 'has one of the characters \\ : * ? " < > | that Windows forbids in file names';
  if (notInAddresses.test(segment))
    return "has % or #, which means something else in the address of a module";
  if (/^\s|[\s.]$/.test(segment))
    return "starts with a space, or ends with a space or a dot, which Windows drops";
  if (deviceName.test(segment)) return "is the name of a device on Windows";
  if (prototypeNames.has(segment)) return "is a name that reaches the prototype of objects";
  if (segment.toLowerCase() === "node_modules") return "is a folder that tools leave out";
  return undefined;
}

/** Tells whether an id has as many parts as those of the service. */
export function isUsualId(id: string): boolean {
  const { length } = id.split("/");
  return length >= 2 && length <= 5;
}

/** Finds pairs of ids whose modules would be one file, or a file and a folder of one name, on a disk that ignores case. */
export function findCollisions(ids: readonly string[]): (readonly [id: string, other: string])[] {
  const sorted = [...ids].sort(compareText);
  const files = new Map<string, string>();
  const found: (readonly [string, string])[] = [];
  for (const id of sorted) {
    const key = foldCase(`${id}.ts`);
    const other = files.get(key);
    if (other === undefined) files.set(key, id);
    else found.push([id, other]);
  }
  for (const id of sorted) {
    const segments = foldCase(id).split("/");
    for (let count = 1; count < segments.length; count++) {
      const other = files.get(segments.slice(0, count).join("/"));
      if (other !== undefined) found.push([id, other]);
    }
  }
  return found;
}

/** Brings text into the form in which disks that ignore case compare it. */
export function foldCase(text: string): string {
  return text.normalize("NFD").toUpperCase().toLowerCase().normalize("NFC");
}
