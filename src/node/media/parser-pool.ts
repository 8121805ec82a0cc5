import { untilAbort } from "../../time/scope.js";
import { Semaphore } from "../../time/semaphore.js";
import type { Measurement } from "../../media/measurement.js";
import type { MediaBytes } from "./media-bytes.js";
import type { StartHost } from "./parser-host.js";
import type { ParserHost, ParseTask } from "./parser-messages.js";
import { parseInHost, startError } from "./parser-process.js";

/** Parses files of strangers. */
export interface Parser {
  /** Parses a file as soon as a process is free. */
  readonly parse: (file: MediaBytes, task: ParseTask, signal: AbortSignal) => Promise<Measurement>;
  /** Keeps processes alive between files, until the returned function is called as often as this one. */
  readonly retain: () => () => void;
}

/**
 * Parses in other processes, started when needed, at most `mostHosts` at once. A few bytes can make a parser run for ever or fill
 * its memory. Only a process can be ended whatever it does: a thread whose heap is full may take the whole program with it.
 */
export function createParser(start: StartHost, mostHosts = 4): Parser {
  const hosts = new Semaphore(mostHosts);
  const idle: ParserHost[] = [];
  let users = 0;

  async function parse(file: MediaBytes, task: ParseTask, signal: AbortSignal): Promise<Measurement> {
    await hosts.acquire(signal);
    let host: ParserHost | undefined;
    try {
      signal.throwIfAborted();
      host = takeIdle(idle, task) ?? (await startSilently(start, task));
      signal.throwIfAborted();
      const measured = await untilAbort(parseInHost(host, file, task), signal);
      if (users > 0) idle.push(host);
      else host.kill("SIGKILL");
      return measured;
    } catch (error) {
      host?.kill("SIGKILL");
      throw error;
    } finally {
      hosts.release();
    }
  }

  function retain(): () => void {
    users++;
    return () => {
      if (--users === 0) idle.splice(0).forEach((host) => host.kill("SIGKILL"));
    };
  }

  return { parse, retain };
}

/** Takes a host that is free and can parse the task; those that have ended are dropped. */
function takeIdle(idle: ParserHost[], task: ParseTask): ParserHost | undefined {
  const alive = idle.splice(0).filter((host) => host.connected);
  const fit = alive.find((host) => !host.takesOnlyImages || task.kind === "image");
  idle.push(...alive.filter((host) => host !== fit));
  return fit;
}

async function startSilently(start: StartHost, task: ParseTask): Promise<ParserHost> {
  try {
    // A process that is being killed may still emit errors, which would end this program if nobody listened.
    const host = await start(task);
    host.on("error", () => undefined);
    return host;
  } catch (cause) {
    throw startError(cause);
  }
}
