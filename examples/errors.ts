import { createClient, isRunComfyError } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

const client = createClient();
const input = { prompt: "Rain on a tin roof." };

try {
  const { output } = await client.run(model, input, { timeoutMs: 600_000 });
  console.log(output.video);
} catch (error) {
  if (!isRunComfyError(error)) throw error;
  console.error(error.message);
  if (error.code === "input") {
    for (const issue of error.issues) console.error(issue.path, issue.expected);
  } else if (error.code === "job_timeout") {
    const { status } = await client.job(error.job).status();
    console.error("The job goes on and can be waited for again:", status);
  } else if (error.code === "submit_unknown") {
    console.error("Perhaps paid: check Generations on runcomfy.com before you retry.");
  }
  process.exitCode = 1;
}
