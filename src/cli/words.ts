/** Stands in for the model of a job that was picked up by its request id alone. */
export const unnamedModel = "unnamed/model";

/** How this command line is called, for hints that can be pasted: whoever came through npx has no such command on the path. */
export const self = process.env["npm_command"] === "exec" ? "npx runcomfy-models" : "runcomfy-models";
