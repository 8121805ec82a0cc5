import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/server";

/** The data of an answer. Text from the service stands under `from_service` only. */
export interface AnswerData {
  readonly [name: string]: unknown;
}

/** The most characters of an answer: an agent pays for each character. */
const mostCharacters = 24_000;

/** The answer of a call that succeeded. */
export function answer(data: AnswerData, links: readonly ContentBlock[] = []): CallToolResult {
  return { content: [toText(data), ...links] };
}

/** The answer of a call that failed or was refused: data that says what to do next. */
export function refuse(data: AnswerData): CallToolResult {
  return { content: [toText(data)], isError: true };
}

function toText(data: AnswerData): ContentBlock {
  const text = JSON.stringify(data);
  if (text.length <= mostCharacters) return { type: "text", text };
  const { from_service: _left, ...own } = data;
  const note = `The words of the service are left out: the answer would have ${text.length} characters.`;
  return { type: "text", text: JSON.stringify({ ...own, note }) };
}
