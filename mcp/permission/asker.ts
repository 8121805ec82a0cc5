import { CLIENT_CAPABILITIES_META_KEY, inputRequired, inputResponse } from "@modelcontextprotocol/server";
import type {
  ClientCapabilities,
  InputRequiredResult,
  McpServer,
  RequestStateCodec,
  ServerContext,
} from "@modelcontextprotocol/server";

/** A question whose answer pays for a job, or does not. */
export interface Question {
  /** Names the order with its price: an answer counts for this one only. */
  readonly code: string;
  readonly message: string;
}

/**
 * The outcome of a question. `silent`: no answer in time; `cannot`: the client shows no questions. A result is the question itself,
 * which the client answers by calling again.
 */
export type Outcome = "yes" | "no" | "silent" | "cannot" | InputRequiredResult;

/** Asks the person in front of the client. */
export type Asker = (question: Question) => Promise<Outcome>;

/** The question that a client takes along and brings back, signed. */
export interface AskedState {
  readonly code: string;
}

/** The circumstances of a connection that decide how a person is asked. */
export interface AskingWays {
  readonly server: McpServer;
  /** `"modern"`: protocol 2026-07-28, where the client calls again with the answer. */
  readonly era: "legacy" | "modern";
  readonly codec: RequestStateCodec<AskedState>;
  readonly askMs: number;
}

const answerName = "payment";

const answerSchema = {
  type: "object" as const,
  properties: {
    pay: {
      type: "boolean" as const,
      title: "Pay for this job",
      description: "Yes starts the job and pays for it. No costs nothing.",
    },
  },
  required: ["pay"],
};

/** Asks in the way of the call's protocol version. */
export function createAsker(ways: AskingWays, context: ServerContext): Asker {
  return ways.era === "modern"
    ? (question) => askByResult(ways, context, question)
    : (question) => askByRequest(ways, context, question);
}

/** Gives the question as the call's result; the client calls again with the answer and with the signed code of the question. */
async function askByResult(
  { codec }: AskingWays,
  { mcpReq }: ServerContext,
  { code, message }: Question,
): Promise<Outcome> {
  const asked = mcpReq.requestState<AskedState>();
  const response = inputResponse(mcpReq.inputResponses, answerName);
  if (asked?.code === code && response.kind === "elicit")
    return response.action === "accept" && response.content?.["pay"] === true ? "yes" : "no";
  // The client states its capabilities with each request.
  const envelope: { readonly [CLIENT_CAPABILITIES_META_KEY]?: ClientCapabilities } = mcpReq.envelope ?? {};
  const capabilities = envelope[CLIENT_CAPABILITIES_META_KEY];
  if (!takesForms(capabilities)) return "cannot";
  const question = inputRequired.elicit({ message, requestedSchema: answerSchema });
  return inputRequired({
    inputRequests: { [answerName]: question },
    requestState: await codec.mint({ code }),
  });
}

/** Asks while the call is open. */
async function askByRequest(
  { server, askMs }: AskingWays,
  { mcpReq }: ServerContext,
  { message }: Question,
): Promise<Outcome> {
  if (!takesForms(server.server.getClientCapabilities())) return "cannot";
  try {
    const { action, content } = await mcpReq.elicitInput(
      { mode: "form", message, requestedSchema: answerSchema },
      { timeout: askMs, signal: mcpReq.signal },
    );
    return action === "accept" && content?.["pay"] === true ? "yes" : "no";
  } catch {
    // A timeout, a cancelled call, or a client that claims to ask and then does not know the request.
    return "silent";
  }
}

/** Tells whether a client says that it can show a form. An empty capability stands for forms. */
function takesForms(capabilities: ClientCapabilities | undefined): boolean {
  const { elicitation } = capabilities ?? {};
  if (elicitation === undefined) return false;
  return "form" in elicitation || !("url" in elicitation);
}
