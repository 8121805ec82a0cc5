/** The meaning of a code: how bad it is, why it matters and how it is usually fixed. */
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
    "A link could bring files into the output that do not belong to the specs.",
    "Copy the file into the specs folder.",
  ),
  "too-large": error(
    "A real schema is a few kilobytes; a file of this size is a mistake or an attack.",
    "Keep only the schema of one model in the file.",
  ),
  "not-json": error(
    "A spec is read as JSON, in UTF-8, without comments.",
    "Correct the file at the line shown.",
  ),
  "duplicate-key": warning(
    "JSON keeps only the last of two equal names, so a documented fact is lost.",
    "Keep one of the two.",
  ),
  "too-deep": warning(
    "Documented schemas nest a few levels; this many would exhaust the tools that read the result. What is left is not checked.",
    "Flatten the schema.",
  ),
  "no-input": error(
    "Without the schema of a request body there is no model.",
    'Write the schema of the request body, alone or as {"input": …}.',
  ),
  "not-an-object": error(
    "A request body is an object with a name for each field.",
    "Write the schema of the whole request body.",
  ),
  "wrong-shape": warning(
    "The value has no meaning in this place and is left out.",
    "Correct the value: spec.schema.json of runcomfy-codegen says which values are allowed here.",
  ),
  "number-out-of-range": warning(
    "The number is larger than any number of JavaScript and would turn into Infinity, which JSON cannot hold; it is left out.",
    "Write the limit that the service has, or leave it out.",
  ),
  "bad-lifecycle": error(
    "The OpenAPI document of the calls that all models share is the frame of everything that is generated.",
    "Correct api.json, or remove it from the specs folder to use the built-in one.",
  ),
  // Names
  "unsafe-name": error(
    "The id becomes a path, where the name would lead to another file, or to none.",
    "Rename it, or leave the model out.",
  ),
  "id-collision": error(
    "On a disk that ignores case, or that rewrites accents, both would be the same file.",
    "Keep one of the two models.",
  ),
  // Schemas
  "bad-reference": warning(
    "Only references inside the same schema are followed; files and addresses are never opened. Any value is let through.",
    "Write the schema where it is used, or under $defs of the same schema.",
  ),
  "empty-enum": warning(
    "No value could ever be given, so the list is not enforced.",
    "List the values, or leave the enum out.",
  ),
  "contradictory-limits": warning(
    "No value could ever pass both limits, so neither is enforced.",
    "Correct the limit that is wrong.",
  ),
  "unsafe-field": warning(
    "The name would reach the prototype of an object, or cannot be seen; the field is left out.",
    "Nothing can be done in the spec: the service knows the field by this name.",
  ),
  // Output
  "output-folder": error(
    "Generated files need a folder of their own that can be written.",
    "Name another folder with --out.",
  ),
  "foreign-file": error(
    "The file was not made by the generator, and files of others are never overwritten.",
    "Move the file away, or generate into another folder.",
  ),
  "link-in-output": error(
    "Writing through a link would change files outside the output folder.",
    "Replace the link by a plain folder or file.",
  ),
  "bad-manifest": error(
    "Without the list of generated files the generator cannot tell its own files from those of other people.",
    "Restore manifest.json from version control, or empty the output folder.",
  ),
  "emit-failed": error(
    "A part of the output could not be made, so none of it was written.",
    "Report this as a fault of the generator, with the spec that causes it.",
  ),
  // Doubts
  "unusual-id": warning(
    "The service's ids have two to five parts.",
    "Check the path: it is the id that requests are sent to.",
  ),
  "number-as-name": warning(
    "JavaScript puts names that are whole numbers before all others, so the documented order is lost.",
    "Nothing can be done in the spec: the service knows the field by this name. Do not rely on the order.",
  ),
  "unknown-key": warning(
    "The generator does not know the name and leaves it out.",
    "Correct the name, or remove it.",
  ),
  "required-without-property": warning(
    "Nobody can give a field that is not described; the name is left out of the required ones.",
    "Add the property, or remove the name.",
  ),
  "unenforced-keyword": warning(
    "The input check cannot enforce this keyword, so a wrong value is found only by the service. It is kept for other tools.",
    "State the rule with keywords that are enforced, or accept that only the service checks it.",
  ),
  "unknown-keyword": warning(
    "The generator does not know the keyword, so it has no effect.",
    "Correct its spelling, or remove it.",
  ),
  "unknown-type": warning(
    "Values of an unknown type cannot be checked: anything is let through.",
    "Use a type of JSON Schema.",
  ),
  "unknown-format": warning(
    "The generator does not know the format and leaves it out.",
    "Use a known format, or remove it.",
  ),
  "unknown-validation": warning(
    "Media cannot be checked against this rule, so it is left out.",
    "Use width_pixels, height_pixels, width/height, file_size_mb or duration_seconds, followed by < or >.",
  ),
  "enum-type-mismatch": warning(
    "The listed values are not of the documented type, so no value would fit both; the listed values decide.",
    "Set the type to that of the values.",
  ),
  "duplicate-enum-value": warning("A value counts once, however often it is listed.", "Remove the copy."),
  "default-outside-enum": warning(
    "The default is not one of the values that are allowed, so it is not shown.",
    "Correct the default, or add it to the enum.",
  ),
  "default-does-not-fit": warning(
    "The default breaks its own schema, so it is not shown.",
    "Correct the default or the limit that it breaks.",
  ),
  "example-does-not-fit": warning(
    "An example that the check refuses would mislead; the catalogue shows none.",
    "Correct the example or the schema.",
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
    "Hardly any model takes no input, so any field is let through, with a warning and unchecked.",
    "Add the properties, or set additionalProperties to true.",
  ),
} as const satisfies { readonly [code: string]: CodeMeaning };

/** The name of a problem. */
export type Code = keyof typeof codes;
