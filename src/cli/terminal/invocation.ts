/** Stands in for the model of a job that was picked up by its request id alone. */
export const unnamedModel = "unnamed/model";

/** True where npm or npx has started this process. */
export const isRunByNpm = process.env["npm_command"] !== undefined;

/** The name that calls this command line, for hints to paste: a user of npx has no `runcomfy-models` on the path. */
export const self = process.env["npm_command"] === "exec" ? "npx runcomfy-models" : "runcomfy-models";
