import type { Command } from "commander";

/** Adds the options that say which files may be read, and where large ones go. */
export function addFileOptions(command: Command): Command {
  return command
    .option(
      "--upload <place>",
      "upload files above 4 MB to s3://bucket/prefix, with AWS_ACCESS_KEY_ID and the like from the environment",
    )
    .option(
      "--allow-dir <folder>",
      "also read files that a row or --input names from this folder; may be repeated",
      (folder: string, before: readonly string[] | undefined) => [...(before ?? []), folder],
    );
}
