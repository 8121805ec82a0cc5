import type { Command } from "commander";
import type { ModelFilterArgs } from "./commands/model-filter.js";
import type { ServiceArgs } from "./session/job-args.js";
import type { SourceArgs } from "./models/own-models.js";
import type { Terminal } from "./terminal/screen.js";
import { addCommand, addServiceOptions, addSourceOptions } from "./option-groups.js";

type ListArgs = ModelFilterArgs & ServiceArgs & SourceArgs;

/** Adds the commands `models` and `model`. */
export function addModelCommands(program: Command, terminal: Terminal): void {
  addModelsCommand(program, terminal);
  addModelCommand(program, terminal);
}

function addModelsCommand(program: Command, terminal: Terminal): void {
  const command = addCommand(
    program,
    "models [text...]",
    "list the models whose id, title or text contains these words",
    "runcomfy-models models",
    "runcomfy-models models --from image --to video",
    "runcomfy-models models wan --live",
    "runcomfy-models models image-to-video --json",
  )
    .option("--from <media>", "only models that take text, image, video or audio")
    .option("--to <media>", "only models that make image, video or audio")
    .option("--category <name>", "only models of this category")
    .option("--kind <kind>", "only entries of this kind: model, workflow or inference");
  addServiceOptions(addSourceOptions(command)).action(async (text: string[], options: ListArgs) => {
    const { listModels } = await import("./commands/model-list.js");
    await listModels(terminal, text.join(" "), options);
  });
}

function addModelCommand(program: Command, terminal: Terminal): void {
  const command = addCommand(
    program,
    "model <id>",
    "show a model's fields, limits and price",
    "runcomfy-models model runwayml/runway-aleph/video-to-video",
    "runcomfy-models model acme/tiny/text-to-image --specs my-specs",
  );
  addServiceOptions(addSourceOptions(command)).action(
    async (id: string, options: ServiceArgs & SourceArgs) => {
      const { showModel } = await import("./commands/model-page.js");
      await showModel(terminal, id, options);
    },
  );
}
