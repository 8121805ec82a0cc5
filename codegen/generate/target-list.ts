import { apiTarget } from "../targets/api/api-target.js";
import { catalogueTarget } from "../targets/catalogue/catalogue-target.js";
import { modelsTarget } from "../targets/models/models-target.js";
import { openapiTarget } from "../targets/openapi/openapi-target.js";
import type { Target } from "../targets/target.js";

/** Everything that is generated: a line for each kind. The catalogue shows the types of the modules, so they come first. */
export const targets: readonly Target[] = [modelsTarget, catalogueTarget, openapiTarget, apiTarget];
