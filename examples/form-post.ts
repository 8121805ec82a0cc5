import { createClient } from "runcomfy-models";
import { attach } from "runcomfy-models/attach";
import { parseForm } from "runcomfy-models/forms";
import { model } from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";

const client = createClient({ token: () => process.env["RUNCOMFY_TOKEN"] ?? "" });

/** A form with the fields of the model: `<input name="duration">`, `<input type="file" …>`. */
export async function POST(request: Request): Promise<Response> {
  const { value, issues } = parseForm(model, await request.formData());
  if (issues) return Response.json({ issues }, { status: 422 });
  // A small file becomes part of the request; a larger one needs an upload of yours.
  const { id } = await client.submit(model, await attach(model, value));
  return Response.json({ id }, { status: 202 });
}
