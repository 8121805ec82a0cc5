import { conditionRules } from "./rules/condition-fields.js";
import { constRules, enumRules, exclusiveRules, limitRules } from "./rules/limits.js";
import { mediaRules } from "./rules/media.js";
import { namedMediaRules } from "./rules/named-media.js";
import { nullRules } from "./rules/nullable.js";
import { objectRules } from "./rules/objects.js";
import type { Rules } from "./rules/rule.js";
import { numberNameRules, shapeRules } from "./rules/keyword-shapes.js";
import { choiceRules, impliedTypeRules, oneOfRules, typeRules } from "./rules/types.js";
import { valueRules } from "./rules/default-values.js";

/** Rules for every schema, and for every part of an `allOf` before the parts are merged. */
export const readingRules: Rules = new Map([...shapeRules, ...typeRules, ...enumRules, ...exclusiveRules]);

/** Rules for a merged schema, which run once all schemas inside it have been through all rules. */
export const finishingRules: Rules = new Map([
  ...numberNameRules,
  ...constRules,
  ...impliedTypeRules,
  ...nullRules,
  ...objectRules,
  ...oneOfRules,
  ...conditionRules,
  ...choiceRules,
  ...limitRules,
  ...mediaRules,
  ...namedMediaRules,
  ...valueRules,
]);

/**
 * The sentences that are true of every schema after normalisation, in the order in which they are made true. The sentence is the rule's
 * name: in the documentation, in the tests and in the diagnostics that it reports.
 */
export const rules: Rules = new Map([...readingRules, ...finishingRules]);
