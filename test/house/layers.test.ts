import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { findCircles, findLongestChain, graphOfFiles, groupGraph, listSpecifiers } from "./import-graph.js";
import { listFiles, readText } from "./source-files.js";

/** Rooms of `src/` that may use Node; all others run in browsers and workers too. */
const roomsOnNode = ["node", "batch", "cli", "emulator", "studio"];
const mostFloors = 12;
/** Each room may know a few others; a new room brings its own arrows along. */
const mostArrowsPerRoom = 5.8;

const client = listFiles("src", ".ts");
const generator = listFiles("codegen", ".ts");
const mcpServer = listFiles("mcp", ".ts");
const generated = listFiles("generated", ".ts");
const files = graphOfFiles([...client, ...generator, ...mcpServer, ...generated]);

const importsOf = (file: string): string[] => [...files.get(file)!];

/** Whether a file lies at the root of its package, outside every folder. */
const isAtRoot = (file: string): boolean => ["src", "codegen", "mcp"].includes(posix.dirname(file));

/** Each folder is a room, one inside another too; a file at the root of a package is a room of its own. */
const roomOf = (file: string): string => {
  if (file.startsWith("generated/")) return "generated";
  return isAtRoot(file) ? file : posix.dirname(file);
};

/** The room just below the package's root, with all rooms inside it: `src/node` for `src/node/save/manifest.ts`. */
const outerRoomOf = (file: string): string => roomOf(file).split("/").slice(0, 2).join("/");

const isOnNode = (file: string): boolean => roomsOnNode.includes(outerRoomOf(file).slice("src/".length));

/** Circles of rooms, each arrow with the files that make it. */
const explainCircles = (groupOf: (file: string) => string): string[] =>
  findCircles(groupGraph(files, groupOf)).map((circle) => {
    const arrows = circle.slice(1).map((to, at) => {
      const imports = [...files].flatMap(([file, targets]) =>
        groupOf(file) === circle[at]
          ? [...targets]
              .filter((target) => groupOf(target) === to)
              .map((target) => `    ${file} -> ${target}`)
          : [],
      );
      return `  ${circle[at]} -> ${to}\n${imports.join("\n")}`;
    });
    return `${circle.join(" -> ")}\n${arrows.join("\n")}`;
  });

/** All files that a file needs, itself among them. */
const reach = (file: string, found = new Set<string>()): Set<string> => {
  if (!found.has(file)) for (const target of importsOf(file)) reach(target, found.add(file));
  return found.add(file);
};

describe("the house, as its folders and imports show it", () => {
  test("no two files import each other in a circle", () => {
    expect(findCircles(files).map((circle) => circle.join(" -> "))).toEqual([]);
  });

  test("no two rooms import each other in a circle, the rooms inside a room counted one by one", () => {
    expect(explainCircles(roomOf).join("\n\n")).toBe("");
  });

  test("no two rooms import each other in a circle, the rooms inside a room counted with it", () => {
    expect(explainCircles(outerRoomOf).join("\n\n")).toBe("");
  });

  test("at the root of src/ lie index.ts and client.ts, at that of codegen/ cli.ts and index.ts, at that of mcp/ cli.ts", () => {
    const atRoot = [...client, ...generator, ...mcpServer].filter(isAtRoot);
    expect(atRoot).toEqual([
      "src/client.ts",
      "src/index.ts",
      "codegen/cli.ts",
      "codegen/index.ts",
      "mcp/cli.ts",
    ]);
  });

  test.for(["src", "codegen", "mcp"])(
    `%s/ has at most ${mostFloors} floors and ${mostArrowsPerRoom} arrows a room, inner rooms counted with the outer`,
    (folder) => {
      const isInside = (path: string): boolean => path.startsWith(`${folder}/`);
      const inside = [...files].filter(([file]) => isInside(file));
      const rooms = groupGraph(
        new Map(inside.map(([file, targets]) => [file, new Set([...targets].filter(isInside))])),
        outerRoomOf,
      );
      const arrows = [...rooms.values()].reduce((sum, targets) => sum + targets.size, 0);
      const chain = findLongestChain(rooms);
      const figures = `${rooms.size} rooms, ${chain.length} floors, ${arrows} arrows; the longest chain: ${chain.join(" -> ")}`;
      expect(chain.length, figures).toBeLessThanOrEqual(mostFloors);
      expect(arrows / rooms.size, figures).toBeLessThanOrEqual(mostArrowsPerRoom);
    },
  );
});

describe("what may import what", () => {
  test("the client never imports the generator", () => {
    const crossing = client.flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith("codegen/"))
        .map((target) => `${file} -> ${target}`),
    );
    expect(crossing).toEqual([]);
  });

  test("the MCP server uses the client as its users do: by the names of its package", () => {
    const crossing = mcpServer.flatMap((file) =>
      importsOf(file)
        .filter((target) => !target.startsWith("mcp/"))
        .map((target) => `${file} -> ${target}`),
    );
    expect(crossing).toEqual([]);
  });

  test("what is generated imports itself, and of the client only what makes a model check itself", () => {
    const foreign = generated.flatMap((file) =>
      importsOf(file)
        .filter((target) => target !== "src/input/standard.ts" && !target.startsWith("generated/"))
        .map((target) => `${file} -> ${target}`),
    );
    expect(foreign).toEqual([]);
  });

  test("a model and its check can be lifted out: they need the rooms input and errors, and nothing else", () => {
    const needed = [...reach("src/input/standard.ts")].map(roomOf);
    expect(needed.filter((room) => !["src/input", "src/errors"].includes(room))).toEqual([]);
  });

  test(`only the rooms ${roomsOnNode.join(", ")} may import Node's modules, or one of these rooms`, () => {
    const leaning = client
      .filter((file) => !isOnNode(file))
      .flatMap((file) => [
        ...listSpecifiers(file)
          .filter(isBuiltin)
          .map((name) => `${file} -> ${name}`),
        ...importsOf(file)
          .filter(isOnNode)
          .map((target) => `${file} -> ${target}`),
      ]);
    expect(leaning).toEqual([]);
  });

  test("the compiler sees all other rooms without Node's types", () => {
    const { exclude } = JSON.parse(readText("tsconfig.portable.json")) as { readonly exclude: string[] };
    const there = new Set(client.map(outerRoomOf));
    const expected = roomsOnNode.map((room) => `src/${room}`).filter((room) => there.has(room));
    expect(exclude.sort()).toEqual(expected.sort());
  });
});
