import { createClient, isRunComfyError } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

// A function is called for the first request, so a build needs no token.
const client = createClient({ token: () => process.env["RUNCOMFY_TOKEN"] ?? "" });

export async function POST(request: Request): Promise<Response> {
  try {
    const { prompt } = (await request.json()) as { prompt: string };
    const { id } = await client.submit(model, { prompt });
    return Response.json({ id }, { status: 202 });
  } catch (error) {
    if (!isRunComfyError(error) || error.code !== "input") throw error;
    return Response.json({ issues: error.issues }, { status: 400 });
  }
}

export async function GET(request: Request): Promise<Response> {
  const job = client.job(model, new URL(request.url).searchParams.get("id") ?? "");
  const { status } = await job.status();
  if (status === "in_queue" || status === "in_progress") return Response.json({ status });
  return Response.json({ status, output: (await job.result()).output });
}
