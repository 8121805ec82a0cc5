import { show } from "../../errors/issue.js";

/** Names through which an object's prototype can be reached. */
export const prototypeNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
// An object literal with such a key hides a method of every object, and no plain object fits a type with such a key.
const objectMethods = new Set([
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "toLocaleString",
  "toString",
  "valueOf",
]);
/** Characters that nobody can see in a name. */
export const invisibleCharacter = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\p{Co}\uFFFD]/u;

/** Says why a property name cannot be used; undefined where it can. */
export function checkPropertyName(name: string): string | undefined {
  if (prototypeNames.has(name)) return `The property name ${show(name)} reaches the prototype of objects.`;
  if (objectMethods.has(name)) return `The property name ${show(name)} hides a method that every object has.`;
  if (invisibleCharacter.test(name))
    return `The property name ${show(name)} has a character that cannot be seen.`;
  if (name.length > 200) return `The property name ${show(name)} has more than 200 characters.`;
  return undefined;
}
