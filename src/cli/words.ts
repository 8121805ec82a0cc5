/** Stands in for the model of a job that was picked up by its request id alone. */
export const unnamedModel = "unnamed/model";
