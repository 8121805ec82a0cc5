import { attach } from "../../attach/index.js";
import type { FieldDescription } from "../../catalogue/describe.js";
import { describeModel, load } from "../../catalogue/shipped.js";
import type { CheckedModel } from "../../input/define-model.js";
import { ConfigError } from "../../errors/errors.js";
import type { JobRef } from "../../errors/error-fields.js";
import type { Job } from "../../job/job-types.js";
import type { Settings } from "./adapter-options.js";
import { runEach } from "./group-outcomes.js";
import type { Outcome } from "./group-outcomes.js";
import { fillFields } from "./standard-input.js";
import type { StandardOptions } from "./standard-input.js";
import type { ProviderOptions, SdkWarning } from "./sdk-types.js";

/** The id of a model of this package, or a model with its own check. */
export type GivenModel = string | CheckedModel;

/** The parts of a call that all models share. */
export interface Request {
  readonly n: number;
  readonly providerOptions: ProviderOptions;
  readonly abortSignal?: AbortSignal | undefined;
  readonly standard: StandardOptions;
}

/** Sends `n` jobs of a call, each with a seed of its own. `finish` is called with each accepted job. */
export async function sendJobs<Value>(
  settings: Settings,
  given: GivenModel,
  { n, providerOptions, abortSignal: signal, standard }: Request,
  finish: (job: Job) => Promise<Value>,
): Promise<{ readonly outcomes: readonly Outcome<Value>[]; readonly warnings: readonly SdkWarning[] }> {
  if (!Number.isInteger(n) || n < 1) throw new ConfigError(`n must be a whole number from 1, not ${n}.`);
  const { model, fields } = await readModel(given);
  const { input, warnings } = fillFields(fields, standard);
  const own = readOwn(providerOptions);
  const whole = { ...input, ...own };
  const ready = await attach(model, whole, { ...settings.attach, ...(signal && { signal }) });
  const seeds = n > 1 ? spreadSeed(fields, standard.seed, n, own) : [];
  const outcomes = await runEach(n, async (keep, at) => {
    const job = await settings.client.submit(
      model,
      { ...ready, ...seeds[at] },
      {
        ...settings.submit,
        ...(signal && { signal }),
      },
    );
    keep(job.toJSON());
    return finish(job);
  });
  return { outcomes, warnings };
}

/**
 * The seed of each job of a call: counted up from the given one, because jobs with one seed would make the same result, each for its
 * full price. A seed that the program gives by the field's own name is sent as it is.
 */
function spreadSeed(
  fields: readonly FieldDescription[],
  seed: number | undefined,
  n: number,
  own: { readonly [field: string]: unknown },
): readonly { readonly [field: string]: unknown }[] {
  const field = fields.find(({ role }) => role === "seed");
  if (!field || seed === undefined || Object.hasOwn(own, field.name)) return [];
  const { maximum = Infinity } = field.schema;
  return Array.from({ length: n }, (_, at) => {
    const next = seed + at <= maximum ? seed + at : seed - at;
    return { [field.name]: fillFields([field], { seed: next }).input[field.name] };
  });
}

async function readModel(given: GivenModel): Promise<{
  readonly model: CheckedModel<Record<string, unknown>>;
  readonly fields: readonly FieldDescription[];
}> {
  // An id that the catalogue does not have is refused by `load`, with ids like it.
  const model = (typeof given === "string"
    ? (await load(given as Parameters<typeof load>[0])).model
    : given) as unknown as CheckedModel<Record<string, unknown>>;
  const { fields } = await describeModel(model);
  return { model, fields };
}

function readOwn(options: ProviderOptions | undefined): { readonly [field: string]: unknown } {
  return (options ?? {})["runcomfy"] ?? {};
}

/** A job's reference as plain JSON. */
export function jobFacts({ id, model }: JobRef): { id: string; model: string } {
  return { id, model };
}
