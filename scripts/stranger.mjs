// What test-platforms.mjs runs on every platform: a stranger's use of the installed package. Each trial has an emulator of its own, which
// runs on Node. Only what all platforms have stands here: no file, no process, no module of Node's.
import { checkInput, createClient, isRunComfyError } from "runcomfy-models";
import { attach } from "runcomfy-models/attach";
import { load } from "runcomfy-models/catalogue";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { memoryStore } from "runcomfy-models/once";
import { createProxy } from "runcomfy-models/proxy";
import { defineModel } from "runcomfy-models/standard";

const input = { prompt: "Rain on a tin roof." };
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const must = (holds, what) => {
  if (!holds) throw new Error(what);
};

/** The error with which work ends; it must be one of ours with this code, and tell nobody the token. */
const failing = async (work, code, token) => {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  );
  must(error !== undefined, `nothing failed; ${code} was expected`);
  must(isRunComfyError(error) && error.code === code, `${error?.code} (${error}), not ${code}`);
  const told = `${error.message} ${JSON.stringify(error)} ${error.cause} ${error.stack}`;
  must(!told.includes(token), "the token is in the error");
  return error;
};

/** A connection that waits for the next request: platforms that repeat a broken POST do so on these. */
const warmUp = async (client) => {
  await client.balance();
  await client.balance();
};

/** A submit whose answer is lost: unclear, in whatever way the connection broke. */
const lose = async ({ client, token }) => {
  await warmUp(client);
  const error = await failing(client.submit(model, input), "submit_unknown", token);
  must(error.modelId === model.id, "the model is not named");
};

/**
 * By what each is to prove. `faults`, `queueMs` and `runMs` are the emulator's; `posts` and `charged` must be seen there afterwards.
 * `breaks` marks connections that break before an answer: browsers send again by themselves then.
 */
export const trials = {
  "a job runs, and each change is told": {
    posts: 1,
    queueMs: 2000,
    run: async ({ client }) => {
      const seen = [];
      const result = await client.run(model, input, { onUpdate: ({ status }) => seen.push(status) });
      must(/^http.*\.mp4$/.test(result.output.video), `the output is ${JSON.stringify(result.output)}`);
      must(result.cost > 0 && result.raw.status === "succeeded", "cost or state is missing");
      must(seen[0] === "in_queue" && seen.at(-1) === "completed", `seen: ${seen}`);
    },
  },
  "watch ends with the job, and another client finds it by its id": {
    posts: 1,
    run: async ({ client, again }) => {
      const job = await client.submit(model, input);
      let last;
      for await (const { status } of job.watch()) last = status;
      must(last === "completed", `the last was ${last}`);
      const { output } = await again()
        .job(JSON.parse(JSON.stringify(job)))
        .result();
      must(output.video, "no output");
    },
  },
  "a proxy answers pages, each user by themselves": {
    posts: 1,
    run: async ({ client }) => {
      const origin = "https://app.example.com";
      const proxy = createProxy({
        ...{ client, models: [model], store: memoryStore(), acceptPerProcess: true, origin },
        authorize: ({ headers }) => headers.get("x-user"),
        secret: "0123456789abcdef".repeat(2),
        limits: { running: 1, usdPerDay: 5, assumeUsd: 0.5 },
      });
      const call = async (given, user = "ann") => {
        // No Request: browsers keep a page from setting its Origin.
        const headers = new Headers({ origin, "content-type": "application/json", "x-user": user });
        const { body } = new Response(JSON.stringify(given));
        const response = await proxy({ method: "POST", headers, body, bodyUsed: false });
        return { status: response.status, ...(await response.json()) };
      };
      const submit = { call: "submit", model: model.id, key: "key-00001", input };
      const [{ handle }, second] = await Promise.all([call(submit), call(submit)]);
      must(handle && handle === second.handle, "two handles, or none");
      must((await call({ call: "status", handle }, "bob")).status === 404, "another user's job");
      let job;
      do {
        await pause(200);
        job = await call({ call: "result", handle });
        must(job.status === 200, JSON.stringify(job));
      } while (job.state !== "succeeded");
      must(/^http.*\.mp4$/.test(job.output.video), `the output is ${JSON.stringify(job.output)}`);
    },
  },
  "a picture goes into the request, and a large one is uploaded once": {
    posts: 1,
    run: async ({ client, token, photo }) => {
      const { model: edit } = await load("qwen/qwen-image-3.0/edit");
      const bytes = Uint8Array.from(atob(photo), (sign) => sign.charCodeAt(0));
      const large = new Blob([bytes, new Uint8Array(5e6)]);
      const sent = [];
      const upload = async ({ contentType, sha256 }) => {
        sent.push(contentType);
        return `https://files.example.com/${sha256}.jpg`;
      };
      const given = { prompt: "Snow.", image_urls: [bytes, large, large.slice()] };
      const attached = await attach(edit, given, { upload });
      const [first, second, third] = attached.image_urls;
      must(first === `data:image/jpeg;base64,${photo}`, `the small one is ${first.slice(0, 80)}`);
      must(second === third && /[0-9a-f]{64}\.jpg$/.test(second), `the large ones are ${second}, ${third}`);
      must(sent.join() === "image/jpeg", `uploaded: ${sent}`);
      must((await client.submit(edit, attached)).id, "no id");
      await failing(attach(edit, given), "input", token);
      await failing(attach(edit, { ...given, image_urls: [new Blob([])] }), "input", token);
    },
  },
  "a queued job is cancelled": {
    posts: 1,
    charged: 0,
    queueMs: Infinity,
    run: async ({ client, token }) => {
      const job = await client.submit(model, input);
      const { outcome } = await job.cancel();
      must(outcome === "cancelled", outcome);
      await failing(job.result(), "job_cancelled", token);
    },
  },
  "an abort stops the waiting, and leads to the job and the reason": {
    posts: 1,
    queueMs: Infinity,
    run: async ({ client }) => {
      const stop = new AbortController();
      const reason = { mine: true };
      const waiting = client.run(model, input, { signal: stop.signal, onUpdate: () => stop.abort(reason) });
      const error = await waiting.catch((thrown) => thrown);
      must(error.code === "job_aborted" && error.cause === reason && error.job.id, String(error));
    },
  },
  "an abort of a submit under way leaves it unclear": {
    posts: 1,
    faults: [{ route: "submit", never: true }],
    run: async ({ client, token }) => {
      const stop = new AbortController();
      const sent = client.submit(model, input, { signal: stop.signal });
      await Promise.race([sent, pause(1500)]);
      stop.abort("enough");
      must((await failing(sent, "submit_unknown", token)).cause === "enough", "another cause");
    },
  },
  "a wait ends at its deadline, with the job": {
    posts: 1,
    queueMs: Infinity,
    run: async ({ client, token }) => {
      const error = await failing(client.run(model, input, { timeoutMs: 1500 }), "job_timeout", token);
      must((await client.job(error.job).status()).status === "in_queue", "the job is not there");
    },
  },
  "an answer that never comes is given up": {
    posts: 1,
    faults: [{ route: "submit", never: true }],
    run: async ({ again, token }) => {
      await failing(again({ submitTimeoutMs: 1500 }).submit(model, input), "submit_unknown", token);
    },
  },
  "a wrong input is refused before any request": {
    posts: 0,
    run: async ({ client, token }) => {
      const error = await failing(client.run(model, { ...input, resolution: "72p" }), "input", token);
      must(error.issues[0].path === "/resolution", JSON.stringify(error.issues));
      must(checkInput(model, input).length === 0, "a good input is refused");
    },
  },
  "a model is a Standard Schema, and one by hand is": {
    posts: 0,
    run: async () => {
      const { version, vendor, validate } = model["~standard"];
      must(version === 1 && vendor === "runcomfy-models", "no Standard Schema");
      must(validate(input).value === input && validate({}).issues.length === 1, "another verdict");
      must(defineModel({ id: "a/b", input: model.input })["~standard"].validate({}).issues, "by hand");
      must(Object.keys(model).join() === "id,input,price", Object.keys(model).join());
    },
  },
  "the catalogue loads a model by its id": {
    posts: 1,
    run: async ({ client, token }) => {
      const loaded = await load(model.id);
      must((await client.run(loaded.model, input)).output.video, "no output");
      must((await failing(load(`${model.id}s`), "input", token)).issues[0].nearest === model.id, "not near");
    },
  },
  "a redirect is not followed": {
    posts: 1,
    charged: 0,
    faults: [{ route: "submit", redirect: "/v1/models/stolen/twice", status: 307 }],
    run: async ({ client, token }) => {
      const { status, message } = await failing(client.submit(model, input), "submit_unknown", token);
      // A browser tells a page of a redirect, but not of which.
      must(status === 307 || message.includes("answered with a redirect"), message);
    },
  },
  "a refused token and an odd one are told apart": {
    posts: 1,
    charged: 0,
    run: async ({ again }) => {
      const client = again({ token: "wrong-token-01234" });
      await failing(client.submit(model, input), "auth", "wrong-token-01234");
      const odd = Promise.resolve().then(() => again({ token: "odd token\nhere" }).balance());
      await failing(odd, "config", "odd token");
    },
  },
  "a refused connection is not sent where that is known, else unclear": {
    posts: 0,
    run: async ({ again, token, closed, isCertain }) => {
      const client = again({ baseUrl: closed, submitTimeoutMs: 500 });
      await failing(client.submit(model, input), isCertain ? "connection" : "submit_unknown", token);
      await failing(client.job(model, "r1").status(), "connection", token);
    },
  },
  "a reset before the answer is one POST": {
    posts: 1,
    breaks: true,
    faults: [{ route: "submit", reset: "after", times: "always" }],
    run: lose,
  },
  "a connection closed before the answer is one POST": {
    posts: 1,
    breaks: true,
    faults: [{ route: "submit", cutReply: 0, times: "always" }],
    run: lose,
  },
  "an answer cut after the id gives the job": {
    posts: 1,
    // A reset, which waits for what was sent to be read: with an end at once, Bun drops the bytes.
    faults: [{ route: "submit", cut: 80, cutWith: "reset" }],
    run: async ({ client, token, dropsCut }) => {
      if (dropsCut) return lose({ client, token });
      await warmUp(client);
      must((await client.submit(model, input)).id, "no id");
    },
  },
  "a result of 11 MiB is not read to its end, and said to be too long": {
    posts: 1,
    faults: [{ route: "result", padBytes: 11 * 2 ** 20, times: "always" }],
    run: async ({ client, token }) => {
      await failing(client.run(model, input, { timeoutMs: 20_000 }), "response", token);
    },
  },
  "Retry-After is kept": {
    posts: 2,
    charged: 1,
    faults: [{ route: "submit", status: 429, retryAfter: 1 }],
    run: async ({ client }) => {
      const start = Date.now();
      await client.submit(model, input);
      must(Date.now() - start >= 990, `${Date.now() - start} ms`);
    },
  },
  "a passing fault of a status request ends nothing": {
    posts: 1,
    faults: [
      { route: "status", status: 503, times: 2 },
      { route: "status", reset: "after" },
      { route: "result", html: true },
    ],
    run: async ({ client }) => must((await client.run(model, input)).output.video, "no output"),
  },
};

/** Runs all trials, each at its own emulator; gives what went wrong, by name. */
export const runTrials = async ({ places, ...given }) => {
  const wrong = {};
  const attempts = Object.entries(trials).map(async ([name, { run }]) => {
    const { url, token } = places[name];
    const usual = {
      baseUrl: url,
      token,
      allowTokenInBrowser: true,
      minPollIntervalMs: 50,
      maxPollIntervalMs: 50,
    };
    const again = (options) => createClient({ ...usual, ...options });
    try {
      await run({ client: again(), again, token, ...given });
    } catch (error) {
      wrong[name] = String(error?.message ?? error);
    }
  });
  await Promise.all(attempts);
  return wrong;
};
