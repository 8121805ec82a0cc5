import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiRefusal, toRefusal } from "../jobs/api-refusal.js";
import { answerApi } from "./api-routes.js";
import { answerFile, keepThumbnail } from "./file-routes.js";
import { sendJson, sendRefusal } from "./http-answer.js";
import { sendPageFile } from "./page-files.js";
import { readJsonBody } from "./request-body.js";
import { refuseForeign } from "./request-origin.js";
import { readText } from "./request-values.js";
import type { StudioCall, StudioService } from "./studio-service.js";

/** Answers one request. Never rejects. */
export async function answerRequest(
  service: StudioService,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const reason = refuseForeign(request, port);
    if (reason !== undefined)
      throw new ApiRefusal(403, "foreign", `The studio serves its own page only. ${reason}`);
    await route(service, readCall(request, response));
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal.status === 500) service.parts.log(`A request of the page failed: ${refusal.message}`);
    if (response.headersSent) response.destroy();
    else sendRefusal(response, refusal, service.parts.hidePlaces);
  }
}

function readCall(request: IncomingMessage, response: ServerResponse): StudioCall {
  const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s);
  const parts = path.split("/").slice(1).map(decode);
  return { request, response, method: request.method ?? "", path: parts, query: new URLSearchParams(query) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ApiRefusal(400, "request", "The address could not be understood.");
  }
}

async function route(service: StudioService, call: StudioCall): Promise<void> {
  const { method, path, request, response } = call;
  const [first = "", ...rest] = path;
  if (first === "api") {
    if (method === "POST" && rest.join("/") === "session") return openSession(service, call);
    refuseStranger(service, request);
    return answerApi(service, { ...call, path: rest });
  }
  if (["files", "inputs", "thumbs"].includes(first)) {
    if (!service.sessions.hasCookie(request)) throw noSession();
    if (method !== "PUT" || first !== "thumbs") return answerFile(service, call);
    refuseStranger(service, request);
    return keepThumbnail(service, call);
  }
  const isPage = method === "GET" && rest.length === 0;
  if (isPage && (await sendPageFile(response, service.pageFolder, `/${first}`))) return;
  throw new ApiRefusal(404, "not_found", "There is nothing at this address.");
}

/** Exchanges a one-time key for a session. */
async function openSession({ sessions }: StudioService, { request, response }: StudioCall): Promise<void> {
  const session = sessions.exchange(readText(await readJsonBody(request), "key"));
  if (!session) throw noSession();
  sendJson(response, 200, { pageKey: session.pageKey }, { "set-cookie": session.setCookie });
}

function refuseStranger({ sessions }: StudioService, request: IncomingMessage): void {
  if (!sessions.isFromPage(request)) throw noSession();
}

function noSession(): ApiRefusal {
  return new ApiRefusal(
    401,
    "session",
    "There is no session. Open the address that the studio has printed; press Enter in its terminal for a new one.",
  );
}
