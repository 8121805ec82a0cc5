import type { ModelDescription } from "../catalogue/describe.js";
import type { TakenKind } from "../catalogue/taken-kinds.js";
import type { InputSchema, Json } from "../index.js";

/** The requests and answers between the studio's page and its server, those about jobs aside. All are JSON. */

/** `POST /api/session` with the one-time key of the printed address. Answers once; later with 401. */
export interface SessionRequest {
  readonly key: string;
}

/** The key that goes with every other request to `/api`, as the header `x-studio-key`. */
export interface Session {
  readonly pageKey: string;
}

/** An answer with a status from 400. */
export interface ApiFailure {
  readonly error: ApiError;
}

/** The reason why a request was refused. */
export interface ApiError {
  /** `"session"`: the session is over, and the printed address makes another. Else a code of an error of the package, or of the studio. */
  readonly code: string;
  readonly message: string;
  readonly issues?: readonly ApiIssue[];
}

/** A problem of an input at one of its fields. */
export interface ApiIssue {
  /** JSON pointer in the input; empty for the input as a whole. */
  readonly path: string;
  readonly message: string;
  /** Set where the job may be started all the same. */
  readonly severity?: "warning";
}

/** `GET /api/setup`. */
export interface Setup {
  readonly mode: "emulator" | "live";
  readonly version: string;
  /** The name of the folder for saved files, without its place. */
  readonly saveFolder: string;
  readonly budget: BudgetState;
  readonly hasToken: boolean;
  /** The command that starts this studio again. */
  readonly command: string;
  /** Names this process of the server. */
  readonly started: string;
}

/** The dollars of the studio's jobs. */
export interface BudgetState {
  /** US dollars; absent without a limit. */
  readonly maxUsd?: number;
  /** US dollars: the costs that are known, and the estimates of all other jobs. With a limit those of the whole day, else of this process. */
  readonly committedUsd: number;
}

/** `GET /api/models`. */
export interface ModelList {
  readonly models: readonly ModelSummary[];
  /** The service's own list, which may have more models: while it is `"loading"`, ask again. `"failed"`: it could not be read. */
  readonly live: "loading" | "ready" | "failed";
}

/** A model in the list. */
export interface ModelSummary {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly categories: readonly string[];
  /** Words that the model is found by, too: "photo" for "image". */
  readonly words: string;
  readonly kind?: string;
  readonly takes: readonly TakenKind[];
  readonly makes?: "image" | "video" | "audio";
  readonly price?: PriceSummary;
  /** The address of the model's page. */
  readonly page?: string;
  /** Set for a model of the service's own list that this package does not have. */
  readonly live?: true;
}

/** The price of one unit. */
export interface PriceSummary {
  readonly usd: number;
  readonly bound: "exact" | "atLeast";
  /** Such as `"from $0.05 per second"`. */
  readonly text: string;
}

/** `GET /api/models/ID`, the id with its slashes. */
export interface ModelDetail {
  readonly summary: ModelSummary;
  /** Its fields are in the order of the form. */
  readonly description: ModelDescription;
  /** The number of fields that a first try needs: the form folds the rest. */
  readonly mainFields: number;
  readonly schema: InputSchema;
  readonly examples: readonly ModelExample[];
}

/** An input to load into the form. */
export interface ModelExample {
  readonly title?: string;
  readonly input: ApiInput;
}

/** A model's input. A file that was given to the studio stands in it as `studio-file:SHA256.EXTENSION`. */
export interface ApiInput {
  readonly [name: string]: Json;
}

/** `POST /api/check`. Costs nothing, and reaches no network unless `measure` is set. */
export interface CheckRequest {
  readonly model: string;
  readonly input: ApiInput;
  /** Measure media at addresses, too. Default false. */
  readonly measure?: boolean;
}

/** The problems, the price and the code of an input. */
export interface CheckAnswer {
  readonly issues: readonly ApiIssue[];
  readonly estimate: PriceEstimate;
  /** A program that runs the job. */
  readonly typescript: string;
  /** The command that runs the job. */
  readonly command: string;
}

/** The price of one job. */
export interface PriceEstimate {
  /** US dollars; absent where the price is not known. */
  readonly usd?: number;
  readonly bound: "exact" | "atLeast";
  /** Such as `"at least $0.25 (5 seconds at $0.05)"`. */
  readonly text: string;
  /**
   * US dollars that the budget counts for the job. Absent without a budget, and where the budget needs a person's own number
   * (`assumeUsd`) because the price is not certain.
   */
  readonly countedUsd?: number;
  /** Set where there is a budget, and the job needs `assumeUsd`. */
  readonly needsAssumption?: true;
}

/** `POST /api/files?name=NAME` with the bytes of a file. */
export interface GivenFile {
  /** `studio-file:SHA256.EXTENSION`, the value of a media field. Its bytes are at `/inputs/SHA256.EXTENSION`. */
  readonly file: string;
  /** Told by the bytes, such as `"image/png"`. */
  readonly type: string;
  readonly bytes: number;
  readonly width?: number;
  readonly height?: number;
  readonly seconds?: number;
}
