import { isRequestId } from "../protocol/paths.js";
import type { Json } from "../input/model.js";
import { splitPointer } from "../errors/issue.js";
import { check } from "../input/check.js";
import { answerJson, answerRefusal } from "./answer.js";
import type { Answer, Call } from "./answer.js";
import { everyOddity, listCategories, modelWithSpaces, writeEntry, writePage } from "./catalogue.js";
import { answerMedia } from "./media-answer.js";
import { costOf } from "./models.js";
import type { EmulatorModel } from "./models.js";
import { filesOf, writeOutput } from "./output.js";
import type { QueuedJob } from "./queue.js";
import type { Target } from "./routes.js";
import { spellDate } from "./spelling.js";
import type { Refusal } from "./spelling.js";
import type { World } from "./world.js";

/** Does what a call asks for, and answers. */
export function answerCall(world: World, target: Target, call: Call): Answer {
  const refuse = (refusal: Refusal) => answerRefusal(refusal, world.spelling);
  if (target.route === "media") return answerMedia(world, target, call);
  const account = accountOf(world, call);
  if (account === undefined) return refuse(badToken(world));
  switch (target.route) {
    case "submit":
      return submit(world, target.model!, account, call);
    case "status":
    case "result":
    case "cancel": {
      const job = findJob(world, target.requestId!, account);
      if ("code" in job) return refuse(job);
      if (target.route === "status") return answerJson(writeStatus(world, job));
      return target.route === "result" ? answerResult(world, job, call) : cancel(world, job);
    }
    case "catalogue":
      return answerCatalogue(world, call);
    case "categories":
      return answerJson({ categories: listCategories([...world.models.values()]) });
    case "entry": {
      const model = findModel(world, target.model!);
      return model ? answerJson(writeEntry(model, true)) : refuse(noModel(target.model!));
    }
    case "balance": {
      const microdollars = world.balances.get(account)!;
      return answerJson({
        balance_usd: microdollars / 1_000_000,
        balance_microdollars: microdollars,
        currency: "USD",
      });
    }
  }
}

function accountOf(world: World, call: Call): string | undefined {
  const token = /^Bearer (.+)$/i.exec(String(call.headers["authorization"] ?? ""))?.[1];
  return world.tokens.find((accepted) => accepted === token);
}

function badToken(world: World): Refusal {
  return {
    status: world.spelling.badToken,
    code: 400004,
    message: "The token is wrong or has expired, or the account is not active.",
  };
}

function noModel(id: string): Refusal {
  return {
    status: 404,
    code: 404001,
    message: `There is no model ${JSON.stringify(id)}.`,
  };
}

function findModel(world: World, id: string): EmulatorModel | undefined {
  return (
    world.models.get(id) ??
    (hasOddity(world, "spaces") && id === modelWithSpaces.id ? modelWithSpaces : undefined)
  );
}

function hasOddity(world: World, oddity: (typeof everyOddity)[number]): boolean {
  return world.oddities === "all" || world.oddities.includes(oddity);
}

function submit(world: World, id: string, account: string, call: Call): Answer {
  const model = findModel(world, id);
  if (!model) return answerRefusal(noModel(id), world.spelling);
  const input = readInput(world, model, call);
  if ("refusal" in input) return answerRefusal(input.refusal, world.spelling);
  const cost = costOf(model, input.value, world.priceUsd);
  const balance = world.balances.get(account)!;
  if (cost > balance) {
    const message = `The balance is too low: this job costs $${cost / 1_000_000}.`;
    return answerRefusal({ status: world.spelling.lowBalance, code: 400002, message }, world.spelling);
  }
  const job: QueuedJob = {
    id: world.nameJob(),
    model: id,
    input: input.value,
    at: world.clock.date(),
    state: "in_queue",
    charged: true,
    costUsd: cost / 1_000_000,
    costMicrodollars: cost,
    offer: model,
    account,
    readyAt: 0,
  };
  world.queue.add(job);
  // Last: a function of the options that throws on the way costs nothing.
  world.balances.set(account, balance - cost);
  const { status_url, result_url } = addressesOf(world, job);
  const cancel_url = `${world.origin}/v1/requests/${job.id}/cancel`;
  return answerJson({ request_id: job.id, status_url, result_url, cancel_url }, world.spelling.accepted);
}

function readInput(
  world: World,
  model: EmulatorModel,
  call: Call,
): { value: { readonly [name: string]: Json } } | { refusal: Refusal } {
  if (!/^application\/json *(;|$)/i.test(String(call.headers["content-type"] ?? ""))) {
    return { refusal: { status: 400, code: 400001, message: "Content-Type must be application/json." } };
  }
  let value: Json;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(call.body)) as Json;
  } catch {
    return { refusal: { status: 400, code: 400001, message: "The body is not JSON." } };
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return { refusal: badInput(world, [{ path: "", message: "the body must be a JSON object" }]) };
  }
  const issues = world.checksInputs ? check(model.input, value) : [];
  return issues.length > 0
    ? { refusal: badInput(world, issues) }
    : { value: value as { [name: string]: Json } };
}

function badInput(world: World, issues: readonly { path: string; message: string }[]): Refusal {
  const message = issues.map((issue) => `${issue.path || "input"}: ${issue.message}`).join("; ");
  const detail = issues.map((issue) => ({
    loc: ["body", ...splitPointer(issue.path)],
    msg: issue.message,
    type: "value_error",
  }));
  return {
    status: world.spelling.badInput,
    code: 422001,
    message,
    ...(world.spelling.badInput === 422 && { detail }),
  };
}

function findJob(world: World, id: string, account: string): QueuedJob | Refusal {
  if (!isRequestId(id)) {
    return { status: 400, code: 400001, message: "This is not the id of a request." };
  }
  const job = world.queue.get(id);
  if (!job) return { status: 404, code: 404001, message: "This request is absent, deleted or expired." };
  return job.account === account ? job : { status: 403, code: 403001, message: "This request is not yours." };
}

function addressesOf(world: World, job: QueuedJob) {
  return {
    status_url: `${world.origin}/v1/requests/${job.id}/status`,
    result_url: `${world.origin}/v1/requests/${job.id}/result`,
  };
}

function writeStatus(world: World, job: QueuedJob): { [key: string]: Json } {
  return {
    request_id: job.id,
    status: job.state === "succeeded" || job.state === "failed" ? "completed" : job.state,
    ...(job.state === "in_queue" && { queue_position: world.queue.positionOf(job) }),
    ...addressesOf(world, job),
  };
}

function answerResult(world: World, job: QueuedJob, call: Call): Answer {
  const running = job.state === "in_queue" || job.state === "in_progress";
  if (running && world.spelling.tooEarly === 400) {
    return answerRefusal({ status: 400, code: 400005, message: "The result is not ready." }, world.spelling);
  }
  const withCost = call.query.get("include_cost") === "true" && !running;
  return answerJson({
    request_id: job.id,
    status: job.state === "succeeded" ? world.spelling.success : job.state,
    ...writeEnd(world, job),
    created_at: spellDate(job.at, world.spelling),
    finished_at: job.finishedAt === undefined ? null : spellDate(job.finishedAt, world.spelling),
    ...(withCost && { cost: job.charged ? job.costUsd : 0 }),
  });
}

function writeEnd(world: World, job: QueuedJob): { [key: string]: Json } {
  if (job.outcome === undefined) return {};
  if (job.outcome !== "succeeded") return { ...job.outcome };
  const { kind, count } = filesOf(job.offer, job.input);
  const { extension } = world.media[kind];
  const urls = Array.from(
    { length: count },
    (_, file) => `${world.origin}/media/${job.id}/${file}.${extension}`,
  );
  return { output: writeOutput(job.offer, kind, urls) };
}

function cancel(world: World, job: QueuedJob): Answer {
  const taken = world.queue.cancel(job);
  if (taken) {
    job.charged = false;
    world.balances.set(job.account, world.balances.get(job.account)! + job.costMicrodollars);
  }
  const outcome = job.state === "cancelled" ? "cancelled" : "not_cancellable";
  return answerJson({ request_id: job.id, status: writeStatus(world, job)["status"]!, outcome }, 202);
}

function answerCatalogue(world: World, call: Call): Answer {
  const limit = Number(call.query.get("limit") ?? 100);
  const offset = Number(call.query.get("offset") ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > 500 || !Number.isInteger(offset) || offset < 0) {
    const message = "`limit` must be an integer from 1 to 500, `offset` one from 0.";
    return answerRefusal({ status: 400, code: 400001, message }, world.spelling);
  }
  const query = {
    search: call.query.get("search") ?? "",
    category: call.query.get("category") ?? "",
    kind: call.query.get("kind") ?? "",
    includeSchema: call.query.get("include_schema") === "true",
    limit,
    offset,
  };
  const oddities = new Set(world.oddities === "all" ? everyOddity : world.oddities);
  return answerJson(writePage([...world.models.values()], query, oddities));
}
