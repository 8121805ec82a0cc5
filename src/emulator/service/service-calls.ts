import type { EmulatorModel } from "../jobs/emulator-model.js";
import { listCategories, writeEntry, writePage } from "./catalogue-page.js";
import { respondCancel } from "./cancel-call.js";
import { findJob, respondResult, respondStatus } from "./job-calls.js";
import { respondMedia } from "./media-response.js";
import { modelWithSpaces } from "./quirks.js";
import type { Target } from "./routes.js";
import { respondError, respondJson } from "./service-response.js";
import type { ServiceRequest, ServiceResponse } from "./service-response.js";
import type { ServiceState } from "./service-state.js";
import { respondSubmit } from "./submit-call.js";
import type { Refusal } from "./wire-format.js";

/** Carries out a request, and gives the response. */
export function respond(state: ServiceState, target: Target, request: ServiceRequest): ServiceResponse {
  if (target.route === "media") return respondMedia(state, target, request);
  const account = findAccount(state, request);
  if (account === undefined) return respondError(refuseToken(state), state.wireFormat);
  switch (target.route) {
    case "submit": {
      const model = findModel(state, target.model!);
      return model ? respondSubmit(state, model, account, request) : respondNoModel(state, target.model!);
    }
    case "status":
    case "result":
    case "cancel": {
      const job = findJob(state, target.requestId!, account);
      if ("code" in job) return respondError(job, state.wireFormat);
      if (target.route === "status") return respondStatus(state, job);
      return target.route === "result" ? respondResult(state, job, request) : respondCancel(state, job);
    }
    case "catalogue":
      return respondCatalogue(state, request);
    case "categories":
      return respondJson({ categories: listCategories([...state.models.values()]) });
    case "entry": {
      const model = findModel(state, target.model!);
      return model ? respondJson(writeEntry(model, true)) : respondNoModel(state, target.model!);
    }
    case "balance":
      return respondBalance(state.balances.get(account)!);
  }
}

function findAccount(state: ServiceState, request: ServiceRequest): string | undefined {
  const token = /^Bearer (.+)$/i.exec(String(request.headers["authorization"] ?? ""))?.[1];
  return state.tokens.find((accepted) => accepted === token);
}

function refuseToken(state: ServiceState): Refusal {
  return {
    status: state.wireFormat.badToken,
    code: 400004,
    message: "The token is wrong or has expired, or the account is not active.",
  };
}

function respondNoModel(state: ServiceState, id: string): ServiceResponse {
  const message = `There is no model ${JSON.stringify(id)}.`;
  return respondError({ status: 404, code: 404001, message }, state.wireFormat);
}

function findModel(state: ServiceState, id: string): EmulatorModel | undefined {
  const isOdd = state.quirks.has("spaces") && id === modelWithSpaces.id;
  return state.models.get(id) ?? (isOdd ? modelWithSpaces : undefined);
}

function respondBalance(microdollars: number): ServiceResponse {
  return respondJson({
    balance_usd: microdollars / 1_000_000,
    balance_microdollars: microdollars,
    currency: "USD",
  });
}

function respondCatalogue(state: ServiceState, { query }: ServiceRequest): ServiceResponse {
  const limit = Number(query.get("limit") ?? 100);
  const offset = Number(query.get("offset") ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > 500 || !Number.isInteger(offset) || offset < 0) {
    const message = "`limit` must be an integer from 1 to 500, `offset` one from 0.";
    return respondError({ status: 400, code: 400001, message }, state.wireFormat);
  }
  const wanted = {
    search: query.get("search") ?? "",
    category: query.get("category") ?? "",
    kind: query.get("kind") ?? "",
    includeSchema: query.get("include_schema") === "true",
    limit,
    offset,
  };
  return respondJson(writePage([...state.models.values()], wanted, state.quirks));
}
