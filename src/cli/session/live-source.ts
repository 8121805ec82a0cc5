import type { LiveSource } from "../models/daily-models.js";
import type { SourceArgs } from "../models/own-models.js";
import { plain } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import type { ServiceArgs } from "./job-args.js";
import { openSession, readOrigin } from "./session.js";
import type { Session } from "./session.js";
import { messageOf } from "../../errors/error-message.js";

/** True where the service's own entries are asked for. */
export function wantsLive({ live, refresh }: SourceArgs): boolean {
  return live === true || refresh === true;
}

/** The live catalogue as a command reads it. A session is opened only where something has to be read, for it needs a token. */
export function openLiveSource(
  terminal: Terminal,
  options: ServiceArgs & SourceArgs,
  given?: Session,
): LiveSource {
  let session = given;
  return {
    origin: given?.client.origin ?? readOrigin(options),
    openClient: async () => (session ??= await openSession(terminal, options)).client,
    hide: (text) => session?.hide(text) ?? text,
    refresh: options.refresh === true,
    onProgress: terminal.live,
    onStale: (readAt, cause) =>
      terminal.say(
        `Warning: ${plain(messageOf(cause))} The entry of ${readAt.slice(0, 16).replace("T", " ")} UTC is used.`,
      ),
  };
}
