import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** One thing that a hostile service does on a connection, in the order of a script. */
export type Step =
  /** Waits until the request's head is here, and so many bytes of its body (Infinity: all of it). */
  | { readonly do: "read"; readonly body: number }
  | { readonly do: "write"; readonly bytes: Buffer }
  /** Each piece in a packet of its own, as far as the client's machine keeps them apart. */
  | { readonly do: "drip"; readonly bytes: Buffer; readonly pieces: number }
  /** Says nothing more until the client goes. */
  | { readonly do: "stall" }
  | { readonly do: "reset" }
  /** Ends this side only. */
  | { readonly do: "end" };

export type Script = readonly Step[];

/** A whole request as it came. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly head: string;
  readonly body: string;
}

export interface Wire {
  readonly url: string;
  readonly port: number;
  /** Requests whose last byte came. */
  readonly arrivals: Arrival[];
  /** Every byte that clients sent, whole requests or not. */
  received(): string;
  close(): Promise<void>;
}

/** Plays one script per connection; the nth connection asks `choose` for its own once its first line is known, or before. */
export interface Part {
  /** The script for a connection before a byte of it was read: for faults of the connection itself. Undefined: `answer` decides. */
  readonly greet?: (nth: number) => Script | undefined;
  /** The script for a request whose head is here. */
  readonly answer: (request: Omit<Arrival, "body">, nth: number) => Script;
}

/** Bytes on a socket and nothing else: no HTTP library that would mend what is meant to be broken. */
export const startWire = async (
  part: Part,
  wrap?: (listen: (socket: Socket) => void) => Server,
): Promise<Wire> => {
  const sockets = new Set<Socket>();
  const arrivals: Arrival[] = [];
  let everything = "";
  let connections = 0;
  let requests = 0;
  const serve = (socket: Socket): void => {
    const nth = connections++;
    sockets.add(socket);
    let text = "";
    let wake = (): void => {};
    socket.on("close", () => (sockets.delete(socket), wake()));
    socket.on("error", () => {});
    socket.on("data", (data) => {
      const piece = data.toString("latin1");
      text += piece;
      everything += piece;
      wake();
    });
    const change = () => new Promise<void>((resolve) => (wake = resolve));
    const until = async (ready: () => boolean): Promise<boolean> => {
      while (!ready() && !socket.destroyed) await change();
      return ready();
    };
    const play = async (): Promise<void> => {
      const greeting = part.greet?.(nth);
      if (greeting) return perform(greeting);
      while (await until(() => text.includes("\r\n\r\n"))) {
        const [method = "", path = ""] = text.split(" ");
        const before = counted;
        const head = text.slice(0, text.indexOf("\r\n\r\n"));
        await perform(part.answer({ method, path, head }, requests++));
        // What a script did not read is read after it, as a service would that answers early.
        if (counted === before && !(await readBody(Infinity))) return;
      }
    };
    let counted = 0;
    const readBody = async (most: number): Promise<boolean> => {
      if (!(await until(() => text.includes("\r\n\r\n")))) return false;
      const end = text.indexOf("\r\n\r\n") + 4;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
      const wanted = Math.min(most, length);
      if (!(await until(() => text.length >= end + wanted))) return false;
      if (wanted < length) return true;
      const [method = "", path = ""] = text.split(" ");
      arrivals.push({ method, path, head: text.slice(0, end), body: text.slice(end, end + length) });
      text = text.slice(end + length);
      counted++;
      return true;
    };
    const perform = async (script: Script): Promise<void> => {
      for (const step of script) {
        if (socket.destroyed) return;
        if (step.do === "read") await readBody(step.body);
        else if (step.do === "write") socket.write(step.bytes);
        else if (step.do === "drip") await drip(socket, step.bytes, step.pieces);
        else if (step.do === "reset") socket.resetAndDestroy();
        else if (step.do === "end") socket.end();
        else await until(() => false);
      }
    };
    void play();
  };
  const server = wrap ? wrap(serve) : createServer({ allowHalfOpen: true, noDelay: true }, serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    arrivals,
    received: () => everything,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
};

const drip = async (socket: Socket, bytes: Buffer, pieces: number): Promise<void> => {
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
    await new Promise<void>((resolve) =>
      socket.write(bytes.subarray(at, at + size), () => setImmediate(resolve)),
    );
  }
};

/** Bytes of an answer, exactly as given. */
export const answer = (
  status: string,
  body: string | Buffer,
  headers: readonly string[] = [],
  length: number | "none" = Buffer.byteLength(body),
): Buffer =>
  Buffer.concat([
    Buffer.from(
      [
        `HTTP/1.1 ${status}`,
        ...headers,
        ...(length === "none" ? [] : [`content-length: ${length}`]),
        "",
        "",
      ].join("\r\n"),
      "latin1",
    ),
    Buffer.from(body),
  ]);

export const json = "content-type: application/json";
