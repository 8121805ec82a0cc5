import { spawn } from "node:child_process";
import { dirname } from "node:path";

/** Opens an address in the browser. Nothing happens where there is none. */
export function openBrowser(address: string): Promise<void> {
  if (process.platform === "darwin") return start("open", [address]);
  // The empty text is the title of the window: a quoted address would be taken for it.
  if (process.platform === "win32") return start("cmd", ["/c", "start", "", address]);
  return start("xdg-open", [address]);
}

/** Shows a file in the program for files. Nothing happens where there is none. */
export function revealFile(path: string): Promise<void> {
  if (process.platform === "darwin") return start("open", ["-R", path]);
  if (process.platform === "win32") return start("explorer", [`/select,${path}`]);
  return start("xdg-open", [dirname(path)]);
}

/** Starts a program that goes on by itself. */
function start(program: string, words: readonly string[]): Promise<void> {
  return new Promise((done) => {
    const child = spawn(program, words, { stdio: "ignore", detached: true });
    child.once("error", () => done());
    child.once("spawn", () => {
      child.unref();
      done();
    });
  });
}
