import { constRules, enumRules, exclusiveRules, limitRules } from "./rules/limits.js";
import { mediaRules } from "./rules/media.js";
import { namedMediaRules } from "./rules/named-media.js";
import { nullRules } from "./rules/nullable.js";
import { objectRules } from "./rules/objects.js";
import type { Rules } from "./rules/rule.js";
import { numberNameRules, shapeRules } from "./rules/keyword-shapes.js";
import { choiceRules, impliedTypeRules, oneOfRules, typeRules } from "./rules/types.js";
import { valueRules } from "./rules/default-values.js";

/** What is made true of every schema, and of every part of an `allOf`, before the parts are merged. */
export const readingRules: Rules = new Map([...shapeRules, ...typeRules, ...enumRules, ...exclusiveRules]);

/** What is made true of a merged schema once it is true of all schemas inside it. */
export const finishingRules: Rules = new Map([
  ...numberNameRules,
  ...constRules,
  ...impliedTypeRules,
  ...nullRules,
  ...objectRules,
  ...oneOfRules,
  ...choiceRules,
  ...limitRules,
  ...mediaRules,
  ...namedMediaRules,
  ...valueRules,
]);

/**
 * What is true of every schema after normalisation, in the order in which it is made true. The sentence is the rule's
 * name: in the documentation, in the tests and in the diagnostics that it reports.
 */
export const rules: Rules = new Map([...readingRules, ...finishingRules]);
