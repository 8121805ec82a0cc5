/**
 * A file as a program has it: a `Blob` or `File`, its bytes, a fetched `Response`, or the `file:` URL of a file of this machine. A
 * path is given as text; it needs Node, Deno or Bun.
 */
export type AttachableFile = Blob | Uint8Array | Response | URL;

/** A model's input whose media fields also take files, in arrays and nested objects too. All other fields are as they were. */
export type Attachable<T> = T extends string
  ? "~media" extends keyof T
    ? string | AttachableFile
    : T
  : T extends readonly (infer Item)[]
    ? readonly Attachable<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Attachable<T[Key]> }
      : T;
