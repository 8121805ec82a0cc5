import { parseForm } from "../../forms/index.js";
import { findMediaValues } from "../../media/media-fields.js";
import { checkField, readCall } from "./call-reading.js";
import { inputRefusal, Refusal } from "./failures.js";
import type { ProxySettings } from "./proxy-settings.js";
import type { ProxyCall, SubmitCall } from "./proxy-wire.js";

/** The fields of a form that are about the job, and no fields of the input. */
const modelField = "_model";
const keyField = "_key";

const jsonType = /^application\/json\s*(?:;|$)/i;
const formType = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i;

/** A call; `isForm` is true where a plain form made it, whose browser is then sent on to a page. */
export interface ReadCall {
  readonly call: ProxyCall;
  readonly isForm: boolean;
}

/** Reads a call from a body of JSON, or of a plain form where those are taken. Throws a Refusal where it is neither. */
export async function readBodyCall(
  settings: ProxySettings,
  contentType: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<ReadCall> {
  if (jsonType.test(contentType)) return { call: readCall(decode(bytes)), isForm: false };
  if (!settings.formTarget || !formType.test(contentType))
    throw new Refusal("media_type", "Calls are sent as application/json.");
  return { call: await readForm(settings, contentType, bytes), isForm: true };
}

/** Refuses bytes that are not UTF-8, because a decoder would put other characters into the input. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("request", "The body could not be read as text in UTF-8.");
  }
}

async function readForm(
  { models }: ProxySettings,
  contentType: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<SubmitCall> {
  const form = await new Response(bytes, { headers: { "content-type": contentType } })
    .formData()
    .catch(() => {
      throw new Refusal("request", "The form could not be read.");
    });
  const [only] = models.size === 1 ? models.keys() : [];
  const name = form.get(modelField) ?? only;
  const key = form.get(keyField);
  const model = typeof name === "string" ? models.get(name) : undefined;
  if (!model) throw new Refusal("not_found", "There is no such model here.");
  const problem = checkField("key", key);
  if (typeof key !== "string" || problem)
    throw new Refusal("request", `The form's field "${keyField}" must be ${problem}.`);
  const { value, issues } = parseForm(model, form, { ignore: [modelField, keyField] });
  if (issues) throw inputRefusal(issues);
  const files = findMediaValues(model.input, value).filter((field) => typeof field.value !== "string");
  if (files.length > 0)
    throw inputRefusal(
      files.map(({ path }) => ({
        code: "media",
        path,
        message: "takes an address here: ask for an upload address, and send its value",
      })),
    );
  return { call: "submit", model: model.id, key, input: value as SubmitCall["input"] };
}
