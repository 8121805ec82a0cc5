import type { Api, ApiModel } from "../../ir/api.js";
import { type Template, loadTemplate } from "../../text/template.js";
import type { EmitOptions, ImportOptions, Target } from "../target.js";
import { findDocumentation } from "../model-links.js";
import { describeInput, describeModel, describeOutput, showExample } from "./comment.js";
import { printDeclaration } from "./declaration.js";
import { layOut } from "./layout.js";
import { importPath, modulePath, runtimePath } from "./module-path.js";
import { isStandardOutput } from "./standard-output.js";
import { toStoredSchema } from "./stored-schema.js";
import { hasMedia, toTypeNode } from "./type-node.js";
import { messageOf } from "../../../src/errors/error-message.js";

/** The file that declares the output that most models share. */
export const sharedPath = "shared.ts";

/** The number of modules that are made at once: enough to keep the formatter's threads busy, few enough to stay small. */
const mostAtOnce = 3;

/** One TypeScript module for each model, and the output that most of them share. */
export const modelsTarget: Target = { name: "models", emit };

async function emit(api: Api, options: EmitOptions): Promise<ReadonlyMap<string, string | "current">> {
  const files = new Map<string, string | "current">();
  const stale = api.models.filter((model) => !options.isCurrent(modulePath(model.id)));
  for (const model of api.models) files.set(modulePath(model.id), "current");
  if (stale.length > 0) {
    const template = await loadTemplate(new URL("module.hbs", import.meta.url));
    // All workers take from one generator; a worker that fails closes it, so the others stop, too.
    const queue = takeEach(stale);
    await Promise.all(
      Array.from({ length: mostAtOnce }, async () => {
        for (const model of queue)
          files.set(modulePath(model.id), await makeModule(model, template, options));
      }),
    );
  }
  if (api.models.some((model) => isStandardOutput(model.output)))
    files.set(sharedPath, options.isCurrent(sharedPath) ? "current" : await printShared());
  return files;
}

function* takeEach<Item>(items: readonly Item[]): Generator<Item, void> {
  yield* items;
}

/** A module that could not be made. The others can. */
export class ModuleFailure extends Error {
  readonly id: string;

  constructor(id: string, cause: unknown) {
    const reason = messageOf(cause);
    super(`${modulePath(id)} could not be made. ${reason}`, { cause });
    this.id = id;
  }
}

/** @throws ModuleFailure whatever went wrong in the making. */
async function makeModule(model: ApiModel, template: Template, options: ImportOptions): Promise<string> {
  try {
    return await layOut(await printModule(model, template, options));
  } catch (cause) {
    throw new ModuleFailure(model.id, cause);
  }
}

async function printModule(
  model: ApiModel,
  template: Template,
  { runtime, imports }: ImportOptions,
): Promise<string> {
  const path = modulePath(model.id);
  const standardOutput = isStandardOutput(model.output);
  const { price } = model.listing;
  return template({
    file: `${model.id}.json`,
    runtime: runtimePath(path, runtime),
    shared: importPath(path, sharedPath, imports),
    standardOutput,
    media: [model.input, ...Object.values(model.input.$defs ?? {})].some((part) =>
      hasMedia(toTypeNode(part)),
    ),
    input: await printDeclaration("Input", model.input, describeInput(model)),
    output: standardOutput
      ? undefined
      : await printDeclaration("Output", model.output, describeOutput(model.output)),
    about: describeModel(model),
    example: model.example === null ? [] : showExample(model.example),
    page: findDocumentation(model) ?? "",
    id: model.id,
    stored: toStoredSchema(model.input),
    priced: price !== undefined,
    price,
  });
}

async function printShared(): Promise<string> {
  return (await loadTemplate(new URL("shared.hbs", import.meta.url)))({});
}
