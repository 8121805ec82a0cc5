import type { CallToolResult, InputRequiredResult, ToolAnnotations } from "@modelcontextprotocol/server";
import type { InputSchema } from "runcomfy-models";
import type { Asker } from "../permission/asker.js";
import type { Session } from "../session/session.js";

/** The surroundings of one call of a tool. */
export interface ToolCall {
  readonly session: Session;
  /** Aborts when the client cancels the call, or is gone. It never ends a paid request. */
  readonly signal: AbortSignal;
  /** Tells the client that the call goes on. Does nothing where the client did not ask for it. */
  readonly report: (message: string) => void;
  /** Asks the person in front of the client. */
  readonly ask: Asker;
}

/** The arguments of a call, which fit the tool's schema. */
export interface Arguments {
  readonly [name: string]: unknown;
}

/** The reply to a call: its answer, or a question that the client has to answer first. */
export type ToolReply = CallToolResult | InputRequiredResult;

/** A tool as the server offers it. Its description holds text of this package only. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: InputSchema;
  readonly annotations: ToolAnnotations;
  readonly call: (args: Arguments, call: ToolCall) => Promise<ToolReply>;
}
