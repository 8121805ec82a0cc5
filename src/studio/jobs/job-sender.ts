import type { CheckedModel } from "../../index.js";
import { readBalanceHint } from "../../node/record/balance-hint.js";
import { createOnce } from "../../once/once.js";
import type { Once } from "../../once/once-types.js";
import type { JobRecord } from "../../once/record/record.js";
import type { SubmitRequest } from "../job-api-types.js";
import { attachFiles, checkOpenInput, openInput } from "../models/given-input.js";
import type { OpenInput } from "../models/given-input.js";
import { ApiRefusal, describeError } from "./api-refusal.js";
import { highestCost, priceJob, refusePrice } from "./job-price.js";
import type { StudioParts } from "./studio-parts.js";

/** One paid request that is under way. */
interface Sending {
  /** True from the first byte until the attempt is over. */
  isOnWire: boolean;
  readonly abort: AbortController;
  readonly outcome: Promise<JobRecord>;
}

const noToken =
  "Nothing was sent: there is no token. Set RUNCOMFY_TOKEN and start the studio again, or try it with --emulate.";
/** The time after which a job is sent without the balance, which is only a hint. */
const balanceMs = 1500;
const stopping = "The studio is ending: nothing more is sent.";

/** Sends jobs, each once for its key. */
export class JobSender {
  readonly #parts: StudioParts;
  readonly #onAccepted: (record: JobRecord) => void;
  readonly #sending = new Map<string, Sending>();
  readonly #onces = new Map<string, Once>();
  readonly #owner = `studio-${crypto.randomUUID()}`;
  /** US dollars: the price of all jobs that this process has sent. */
  #sentUsd = new Map<string, number>();
  #isStopping = false;

  constructor(parts: StudioParts, onAccepted: (record: JobRecord) => void) {
    this.#parts = parts;
    this.#onAccepted = onAccepted;
  }

  /** The records of one space, with the dollars to count for a job whose price is not certain. */
  once(space = "", assumeUsd = this.#parts.assumeUsd): Once {
    const name = JSON.stringify([space, assumeUsd]);
    const { client, store, budget, log } = this.#parts;
    let once = this.#onces.get(name);
    if (!once) {
      const own = { ...(space !== "" && { space }), ...(assumeUsd !== undefined && { assumeUsd }) };
      once = createOnce({
        client,
        store,
        owner: this.#owner,
        budget,
        ...own,
        logger: { warn: log, error: log },
      });
      this.#onces.set(name, once);
    }
    return once;
  }

  /** Keys of the jobs that this process has sent, with their estimates in US dollars. */
  get sentUsd(): ReadonlyMap<string, number> {
    return this.#sentUsd;
  }

  /** Checks, prices and sends a job, unless its key has one. Gives the record once the request is on its way, or has its outcome. */
  async submit(request: SubmitRequest, signal: AbortSignal): Promise<JobRecord> {
    if (this.#isStopping) throw new ApiRefusal(503, "stopping", stopping);
    if (!this.#parts.hasToken) throw new ApiRefusal(409, "auth", noToken);
    const { key, assumeUsd = this.#parts.assumeUsd } = request;
    const { models, files, store, client } = this.#parts;
    const balance = readBalanceHint(client, { signal, ms: balanceMs });
    const model = await models.load(request.model, signal);
    const opened = await openInput(model, request.input, files, signal);
    const known = await store.get({ origin: client.origin, space: "", key });
    const isOpen = !known || ["new", "held", "rejected"].includes(known.state);
    if (isOpen) {
      const found = await checkOpenInput(model, opened, files, { signal });
      const problems = found.filter(({ severity }) => severity !== "warning");
      if (problems.length > 0)
        throw new ApiRefusal(422, "input", "Nothing was sent: the input does not fit the model.", found);
      const price = priceJob(this.#parts, model, opened.kept, assumeUsd);
      refusePrice(price, request.agreedUsd);
      this.#sentUsd.set(key, price.countedUsd ?? price.usd ?? 0);
    }
    const { begun, outcome } = this.#send(key, model, opened, { assumeUsd, balanceUsd: await balance });
    // The page is told of the outcome as a change: its browser has few connections.
    await Promise.race([begun, outcome]);
    return (await store.get({ origin: client.origin, space: "", key })) ?? outcome;
  }

  #send(
    key: string,
    model: CheckedModel,
    opened: OpenInput,
    { assumeUsd, balanceUsd }: { readonly [Amount in "assumeUsd" | "balanceUsd"]: number | undefined },
  ): { readonly begun: Promise<void>; readonly outcome: Promise<JobRecord> } {
    const known = this.#sending.get(key);
    const call = { isOnWire: false, abort: new AbortController() };
    let begin: (() => void) | undefined;
    const begun = new Promise<void>((done) => {
      begin = done;
    });
    const { gallery, files } = this.#parts;
    const counted =
      assumeUsd === undefined ? undefined : Math.max(assumeUsd, highestCost(this.#parts, model.id));
    // The same key twice at the same moment is one job: the record decides, whoever asks.
    const outcome = this.once("", counted).submit(key, model, opened.kept as never, {
      // It was checked with its files; the record has only their hashes.
      check: false,
      balanceUsd,
      signal: call.abort.signal,
      attach: (_input, { signal }) => attachFiles(model, opened, files, signal),
      onSend: () => {
        if (this.#isStopping) throw new ApiRefusal(503, "stopping", stopping);
        call.isOnWire = true;
        begin?.();
      },
      onRefused: ({ error, retryInMs }) => {
        call.isOnWire = false;
        if (this.#isStopping && retryInMs !== undefined) throw error;
        begin?.();
        if (retryInMs !== undefined) gallery.setLive(key, { error: describeError(error) });
      },
    });
    const noted = outcome.then(
      (record) => {
        gallery.setLive(key, undefined);
        if (record.state === "accepted") this.#onAccepted(record);
        return record;
      },
      (error: unknown) => {
        gallery.setLive(key, { error: describeError(error) });
        throw error;
      },
    );
    const sending: Sending = Object.assign(call, { outcome: noted });
    if (!known) this.#sending.set(key, sending);
    void noted.then(
      () => this.#forget(key, sending),
      () => this.#forget(key, sending),
    );
    return { begun, outcome: noted };
  }

  #forget(key: string, sending: Sending): void {
    if (this.#sending.get(key) === sending) this.#sending.delete(key);
  }

  /** Sends nothing more, and waits until the outcome of all that is on the wire is noted. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const reason = new ApiRefusal(503, "stopping", stopping);
    const all = [...this.#sending.values()];
    // An abort on the wire would leave a job that no record names.
    for (const { isOnWire, abort } of all) if (!isOnWire) abort.abort(reason);
    await Promise.allSettled(all.map(({ outcome }) => outcome));
  }
}
