// Forms: the input that they give, and its issues.
import { attach } from "runcomfy-models/attach";
import type { Attachable } from "runcomfy-models/attach";
import { formSchema, parseForm } from "runcomfy-models/forms";
import type { FormIssue, FormOptions, FormResult, FormSchema, FormSource } from "runcomfy-models/forms";
import { createClient } from "runcomfy-models";
import type { Client, Job } from "runcomfy-models";
import { model } from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";
import type { Input } from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";
import { model as textModel } from "runcomfy-models/models/qwen/qwen-image-3.0/text-to-image";

const client: Client = createClient();
const options: FormOptions = { ignore: ["csrf"] };
export const sources: FormSource[] = [
  new FormData(),
  new URLSearchParams("prompt=x"),
  [["prompt", "x"]],
  { prompt: "x", seed: 5, images: [new Blob(["x"])] },
];

export async function post(request: Request): Promise<readonly FormIssue[] | Job> {
  const { value, issues } = parseForm(model, await request.formData(), options);
  if (issues) return issues;
  const withFiles: Attachable<Input> = value;
  return client.submit(model, await attach(model, withFiles));
}
export async function postText(request: Request): Promise<unknown> {
  const result = parseForm(textModel, await request.formData());
  // A model without media fields needs no `attach`.
  return result.issues ?? client.submit(textModel, result.value);
}
// @ts-expect-error a file must be attached first
export const early = async (result: FormResult<Input>) => client.submit(model, result.value!);
// @ts-expect-error the form is awaited
export const unawaited = (request: Request) => parseForm(model, request.formData());
// @ts-expect-error no such option
export const wrongOption = () => parseForm(model, new FormData(), { skip: [] });

export const schema: FormSchema<Input> = formSchema(model);
export const firstField = ({ issues }: FormResult<Input>): string | undefined => issues?.[0]?.field;
