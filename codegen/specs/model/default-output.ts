import { standardOutput } from "../../../src/dialect/spec/standard-output.js";
import { withoutWording } from "./schema-wording.js";

/** The output that is assumed where a spec has none, without its wording, to compare specs and pages with. */
export const bareStandardOutput = withoutWording(standardOutput);
