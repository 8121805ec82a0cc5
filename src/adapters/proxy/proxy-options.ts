import type { FileStorage } from "../../attach/index.js";
import type { Client } from "../../client.js";
import type { JobRef } from "../../errors/error-fields.js";
import type { CheckedModel } from "../../input/define-model.js";
import type { Store } from "../../once/index.js";
import type { Logger } from "../../options/client-options.js";
import type { Clock } from "../../time/clock.js";
import type { ProxyJob } from "./proxy-wire.js";

/** The limits of each user. */
export interface ProxyLimits {
  /** Jobs of a user that may run at the same time. */
  readonly running: number;
  /** US dollars that a user may spend on one day, in UTC. */
  readonly usdPerDay: number;
  /** US dollars to count for a job whose price is not known exactly; the estimate counts where it is higher. Default none. */
  readonly assumeUsd?: number | undefined;
}

/** Files that pages upload. */
export interface ProxyUploads {
  /** Where they go: `s3Storage(…)` of `runcomfy-models/attach`, or what signs addresses of your own storage. */
  readonly storage: FileStorage;
  /** The largest file. Default 50,000,000. */
  readonly maxBytes?: number | undefined;
  /** Milliseconds for which an upload address takes its file. Default 900,000 (15 minutes). */
  readonly expiresInMs?: number | undefined;
}

/** A job at its end, as the server learns of it. */
export interface ProxyResult {
  /** The user, as `authorize` named them. */
  readonly user: string;
  /** The key that the page made for the job: it is the same where this end is told once more after a crash. */
  readonly key: string;
  readonly model: string;
  readonly job: JobRef;
  readonly state: "succeeded" | "failed" | "cancelled";
  /** The model's output; only where the job succeeded. Its addresses do not live for ever. */
  readonly output?: unknown;
  /** The reason why the job failed or was cancelled. */
  readonly error?: { readonly code: string; readonly message: string };
  /** US dollars, where the service tells. */
  readonly costUsd?: number;
}

/** Options of `createProxy`. */
export interface ProxyOptions {
  readonly client: Client;
  /** The models that pages may use, as generated modules and `defineModel` give them. Nothing else can be called. */
  readonly models: readonly CheckedModel[];
  /**
   * Names the user of a request, from its cookie or its headers, by the text that your database knows them by; anything else than a
   * text, and nobody is let in. The body is read already.
   */
  readonly authorize: (request: Request) => string | undefined | null | Promise<string | undefined | null>;
  /**
   * At least 32 random characters that only the server knows: they sign handles. A list: the first signs, the others still count. A
   * function is called at the first request, for frameworks whose build loads the module where no secret is.
   */
  readonly secret: string | readonly string[] | (() => string | readonly string[]);
  /** The limits of each user. */
  readonly limits: ProxyLimits;
  /** Keeps the jobs and the limits, over all processes. */
  readonly store: Store;
  /** The origin of the pages, such as `"https://app.example.com"`, or several: requests of other pages are refused. */
  readonly origin: string | readonly string[];
  /**
   * Called on the server once for each job that has ended, whether or not its page is still there: at a call of the page or of its user,
   * or in `sweep()`. Where it throws, or its program ends before it has, it is called again later. Default none.
   */
  readonly onResult?: ((result: ProxyResult) => unknown) | undefined;
  /** Lets pages upload files for the media fields of inputs. Default: they cannot. */
  readonly uploads?: ProxyUploads | undefined;
  /** `"uploads"`: media fields take uploads only. Default `"anywhere"`: and any public https address, and `data:` URIs. */
  readonly mediaFrom?: "uploads" | "anywhere" | undefined;
  /**
   * Gives the address of the page that a plain HTML form leads to, such as `` `/videos/${job.handle}` ``: forms are taken then, too.
   * Default: they are refused.
   */
  readonly formTarget?: ((job: ProxyJob) => string) | undefined;
  /** Accept a store that ends with the process: its limits then hold for each process by itself. Default false. */
  readonly acceptPerProcess?: boolean | undefined;
  /** The longest body of a request. Default 1,000,000. */
  readonly maxBodyBytes?: number | undefined;
  /**
   * Keeps the platform from stopping a job's paid request when the answer to the page has left first: `ctx.waitUntil` of Workers,
   * `after` of Next.js. Default: the process goes on by itself.
   */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  /** Keeps the jobs of this proxy apart from others in the same store. Default `"proxy"`. */
  readonly space?: string | undefined;
  /** Default: `console` for errors, else none. */
  readonly logger?: Logger | undefined;
  /** Default: the client's. */
  readonly clock?: Clock | undefined;
}
