import { apiTarget } from "./api/target.js";
import { catalogueTarget } from "./catalogue/target.js";
import { modelsTarget } from "./models/target.js";
import { openapiTarget } from "./openapi/target.js";
import type { Target } from "./target.js";

/** Everything that is generated: a line for each kind. The catalogue shows the types of the modules, so they come first. */
export const targets: readonly Target[] = [modelsTarget, catalogueTarget, openapiTarget, apiTarget];
