import { StrictMode, useState, type SubmitEvent } from "react";
import { createRoot } from "react-dom/client";
import { parseForm, type FormIssue } from "runcomfy-models/forms";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { useJob } from "runcomfy-models/react";

function App() {
  const job = useJob(model, { endpoint: "/api/runcomfy" });
  const [issues, setIssues] = useState<readonly FormIssue[]>([]);

  function send(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const { value, issues: found = [] } = parseForm(model, new FormData(event.currentTarget));
    setIssues(found);
    if (value) job.submit(value);
  }

  return (
    <main>
      <form onSubmit={send}>
        <p>
          <label>
            Prompt <textarea name="prompt" />
          </label>
        </p>
        <p>
          <label>
            Seconds <input name="duration" placeholder="5" />
          </label>
        </p>
        {issues.map(({ field, message }) => (
          <p key={field + message}>
            {field}: {message}
          </p>
        ))}
        <button disabled={job.isRunning}>Make a video</button>
      </form>
      <p role="status">
        {job.statusText} {job.elapsedMs > 0 && `${Math.round(job.elapsedMs / 1000)} s`}
      </p>
      <p>{job.notice ?? job.error?.message}</p>
      {job.isRunning && <button onClick={job.cancel}>Cancel</button>}
      {job.output?.video && <video controls src={job.output.video} />}
    </main>
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
