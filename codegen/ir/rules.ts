import { enumRules, limitRules } from "./rules/limits.js";
import { mediaRules } from "./rules/media.js";
import { namedMediaRules } from "./rules/named-media.js";
import type { Rules } from "./rules/rule.js";
import { shapeRules } from "./rules/shape.js";
import { choiceRules, typeRules } from "./rules/types.js";
import { objectRules, valueRules } from "./rules/values.js";

/**
 * What is true of every schema after normalisation, in the order in which it is made true. The sentence is the rule's
 * name: in the documentation, in the tests and in the diagnostics that it reports.
 */
export const rules: Rules = new Map([
  ...shapeRules,
  ...typeRules,
  ...objectRules,
  ...enumRules,
  ...choiceRules,
  ...limitRules,
  ...mediaRules,
  ...namedMediaRules,
  ...valueRules,
]);
