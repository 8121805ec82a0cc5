/** What a code stands for: how bad it is, why it matters and how it is usually mended. */
export interface CodeMeaning {
  readonly severity: "error" | "warning";
  readonly why: string;
  readonly fix: string;
}

function error(why: string, fix: string): CodeMeaning {
  return { severity: "error", why, fix };
}
function warning(why: string, fix: string): CodeMeaning {
  return { severity: "warning", why, fix };
}

/** Every code that the generator can report. Each has a page in `docs/diagnostics/`. */
export const codes = {
  // Files and folders
  "no-specs": error(
    "Without specs there is nothing to generate, and an empty result would delete what was generated before.",
    "Name the folder that holds the spec files with --specs.",
  ),
  "link-outside": error(
    "A link could bring files into the output that are not part of the specs.",
    "Copy the file into the specs folder.",
  ),
  "too-large": error(
    "A real schema is a few kilobytes; a file of this size is a mistake or an attack.",
    "Keep only the schema of one model in the file.",
  ),
  "not-json": error(
    "A spec is read as JSON, in UTF-8, without comments.",
    "Mend the file at the line shown.",
  ),
  "duplicate-key": error(
    "JSON keeps only the last of two equal names, so a documented fact would be lost.",
    "Keep one of the two.",
  ),
  "too-deep": error(
    "Documented schemas nest a few levels; this many would exhaust the tools that read the result.",
    "Flatten the schema.",
  ),
  "wrong-shape": error(
    "The value has no meaning in this place, so the schema cannot be read.",
    "See specs/spec.schema.json for what may stand here.",
  ),
  "number-out-of-range": error(
    "The number is larger than any that JavaScript knows and would turn into Infinity, which JSON cannot carry.",
    "Write the limit that the service has, or leave it out.",
  ),
  "bad-lifecycle": error(
    "The OpenAPI document of what all models share is the frame of everything that is generated.",
    "Mend api.json, or remove it from the specs folder to use the built-in one.",
  ),
  // Names
  "unsafe-name": error(
    "The name becomes a path or a key of an object, where it would reach something else.",
    "Rename it, or leave the model out.",
  ),
  "id-collision": error(
    "On a disk that ignores case, or that rewrites accents, both would be the same file.",
    "Keep one of the two models.",
  ),
  // Schemas
  "bad-reference": error(
    "Only references inside the same schema are followed; files and addresses are never opened.",
    "Write the schema where it is used, or under $defs of the same schema.",
  ),
  "empty-enum": error("No value could ever be given.", "List the values, or leave the enum out."),
  "contradictory-limits": error("No value could ever pass both limits.", "Mend the limit that is wrong."),
  // Output
  "output-folder": error(
    "Generated files need a folder of their own that can be written.",
    "Name another folder with --out.",
  ),
  "foreign-file": error(
    "The file was not made by the generator, and what others made is never overwritten.",
    "Move the file away, or generate into another folder.",
  ),
  "link-in-output": error(
    "Writing through a link would change files outside the output folder.",
    "Replace the link by a plain folder or file.",
  ),
  "bad-manifest": error(
    "Without the list of what was generated nothing can be told apart from files of other people.",
    "Restore manifest.json from version control, or empty the output folder.",
  ),
  "emit-failed": error(
    "A part of the output could not be made, so none of it was written.",
    "Report it with the spec that causes it: specs should never lead here.",
  ),
  // Doubts
  "unusual-id": warning(
    "The service's ids have two to five parts.",
    "Check the path: it is the id that requests are sent to.",
  ),
  "number-as-name": warning(
    "JavaScript puts names that are whole numbers before all others, so the documented order cannot be kept.",
    "Nothing can be done in the spec: the service knows the field by this name. Do not rely on the order.",
  ),
  "unknown-key": warning(
    "The generator does not know the name and leaves it out.",
    "Mend the name, or remove it.",
  ),
  "required-without-property": warning(
    "Nobody can give a field that is not described; the name is left out of what is required.",
    "Add the property, or remove the name.",
  ),
  "unenforced-keyword": warning(
    "The input check cannot enforce this keyword, so a wrong value is found only by the service.",
    "Say it with keywords that are enforced, or accept it.",
  ),
  "unknown-keyword": warning(
    "It is no keyword that the generator knows, so it has no effect.",
    "Mend its spelling, or remove it.",
  ),
  "unknown-type": warning(
    "Values of an unknown type cannot be checked: anything is let through.",
    "Use a type of JSON Schema.",
  ),
  "unknown-format": warning(
    "The format has no meaning here and is left out.",
    "Use a known format, or remove it.",
  ),
  "unknown-validation": warning(
    "The rule is not one that media can be checked against, and is left out.",
    "Use width_pixels, height_pixels, width/height, file_size_mb or duration_seconds, followed by < or >.",
  ),
  "enum-type-mismatch": warning(
    "No value has the documented type and is listed too; the listed values decide.",
    "Make the type that of the values.",
  ),
  "duplicate-enum-value": warning("A value counts once, however often it is listed.", "Remove the copy."),
  "default-outside-enum": warning(
    "The default is none of the values that are allowed, so it is not shown as one.",
    "Mend the default, or add it to the enum.",
  ),
  "default-does-not-fit": warning(
    "The default breaks its own schema, so it is not shown as one.",
    "Mend the default or the limit that it breaks.",
  ),
  "example-does-not-fit": warning(
    "An example that the check refuses would mislead; the catalogue shows none.",
    "Mend the example or the schema.",
  ),
  "unsafe-integer": warning(
    "JavaScript keeps integers exactly only up to 9007199254740991; this one is rounded.",
    "Use a value that can be kept, or accept the rounding.",
  ),
  "unresolved-title": warning(
    "The title is the key of a translation that was never filled in; it is left out.",
    "Write a title, or remove it.",
  ),
  "no-properties": warning(
    "The model takes no input at all, which hardly any model does.",
    "Add the properties, or say additionalProperties: true.",
  ),
} as const satisfies { readonly [code: string]: CodeMeaning };

/** The name of a problem. */
export type Code = keyof typeof codes;
