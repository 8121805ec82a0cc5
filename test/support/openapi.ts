import { Ajv2020 } from "ajv/dist/2020.js";
import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";

/** Says what in real traffic does not agree with an OpenAPI 3.1 document; empty lists mean agreement. */
export interface Contract {
  /** The body is the parsed JSON, `undefined` where there is none. Any origin will do: only the path and the query are compared. */
  checkRequest(method: string, url: string | URL, headers: HeadersInit, body?: unknown): string[];
  checkResponse(method: string, url: string | URL, status: number, body: unknown): string[];
  /** The path template that an address belongs to. */
  match(url: string | URL): string | undefined;
}

export interface ContractOptions {
  /** Also accept what is marked by `x-observed`: further words, and an error body with any status. Default false. */
  readonly observed?: boolean;
}

type Node = { readonly [key: string]: unknown };

const key = "contract.json";

/** Reads a document such as `specs/api.json` or `generated/openapi.json`. */
export const loadContract = (document: unknown, options: ContractOptions = {}): Contract => {
  const root = (options.observed ? withObservedWords(document) : document) as Node;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(root, key);
  const validators = new Map<string, ValidateFunction>();

  const find = (pointer: string): unknown =>
    pointer
      .split("/")
      .slice(1)
      .reduce<unknown>((node, token) => (node as Node | undefined)?.[unescape(token)], root);
  /** Follows references, so that the pointer returned is that of the thing itself. */
  const locate = (pointer: string): { pointer: string; node: Node } | undefined => {
    const node = find(pointer) as Node | undefined;
    if (!node) return undefined;
    return typeof node["$ref"] === "string" ? locate(node["$ref"].slice(1)) : { pointer, node };
  };
  const checkSchema = (pointer: string, value: unknown, what: string): string[] => {
    let validate = validators.get(pointer);
    if (!validate) {
      validate = ajv.compile({ $ref: `${key}#${encodeURI(pointer)}` });
      validators.set(pointer, validate);
    }
    return validate(value) ? [] : (validate.errors ?? []).map((error) => `${what}${describe(error)}`);
  };

  const parametersOf = (path: string, method?: string): { pointer: string; node: Node }[] => {
    const base = `/paths/${escape(path)}${method ? `/${method}` : ""}/parameters`;
    const list = (find(base) as unknown[] | undefined) ?? [];
    return list.map((_, index) => locate(`${base}/${index}`)!);
  };
  const takesSlashes = (path: string, name: string): boolean =>
    parametersOf(path).some(({ node }) => node["name"] === name && "x-segments" in node);
  const templates = Object.keys(root["paths"] as Node)
    .map((path) => ({ path, pattern: toPattern(path, (name) => takesSlashes(path, name)) }))
    .sort((a, b) => Number(a.path.includes("{")) - Number(b.path.includes("{")));

  const matches = (url: string | URL): string[] => {
    const { pathname } = new URL(url, "http://localhost");
    return templates.filter(({ pattern }) => pattern.test(pathname)).map(({ path }) => path);
  };
  const match = (url: string | URL): string | undefined => matches(url)[0];
  /** A path without parameters goes before one with, unless it lacks the method. */
  const operationAt = (method: string, url: string | URL): { path: string; pointer: string } | string => {
    const paths = matches(url);
    if (paths.length === 0) return `${String(url)}: no such path`;
    const found = paths
      .map((path) => ({ path, pointer: `/paths/${escape(path)}/${method.toLowerCase()}` }))
      .find(({ pointer }) => find(pointer));
    return found ?? `${method.toUpperCase()} ${paths[0]!}: no such operation`;
  };

  const checkQuery = (path: string, method: string, url: string | URL): string[] => {
    const known = [...parametersOf(path), ...parametersOf(path, method)].filter(
      ({ node }) => node["in"] === "query",
    );
    return [...new URL(url, "http://localhost").searchParams].flatMap(([name, text]) => {
      const parameter = known.find(({ node }) => node["name"] === name);
      if (!parameter) return [`query ${name}: no such parameter`];
      const schema = locate(`${parameter.pointer}/schema`)!;
      return checkSchema(schema.pointer, readParameter(text, schema.node["type"]), `query ${name}`);
    });
  };

  const checkRequest: Contract["checkRequest"] = (method, url, headers, body) => {
    const operation = operationAt(method, url);
    if (typeof operation === "string") return [operation];
    const problems = checkQuery(operation.path, method.toLowerCase(), url);
    const sent = new Headers(headers);
    if (!/^Bearer \S+$/.test(sent.get("authorization") ?? ""))
      problems.push("header authorization: no bearer token");
    const wanted = locate(`${operation.pointer}/requestBody`);
    if (!wanted) return body === undefined ? problems : [...problems, "body: none is taken"];
    if (body === undefined) return [...problems, "body: missing"];
    if (!/^application\/json\b/.test(sent.get("content-type") ?? "")) {
      problems.push("header content-type: not application/json");
    }
    return [...problems, ...checkSchema(`${wanted.pointer}/content/application~1json/schema`, body, "body")];
  };

  const checkResponse: Contract["checkResponse"] = (method, url, status, body) => {
    const operation = operationAt(method, url);
    if (typeof operation === "string") return [operation];
    const isObservedError =
      options.observed &&
      typeof body === "object" &&
      body !== null &&
      ("error_code" in body || "code" in body);
    if (isObservedError) return checkSchema("/components/schemas/ErrorBody", body, "body");
    const answer = locate(`${operation.pointer}/responses/${status}`);
    if (!answer) return [`status ${status}: not documented for ${method.toUpperCase()} ${operation.path}`];
    if (!("content" in answer.node)) return body === undefined ? [] : ["body: none is documented"];
    return checkSchema(`${answer.pointer}/content/application~1json/schema`, body, "body");
  };

  return { checkRequest, checkResponse, match };
};

const escape = (token: string): string => token.replaceAll("~", "~0").replaceAll("/", "~1");
const unescape = (token: string): string => token.replaceAll("~1", "/").replaceAll("~0", "~");

const describe = (error: ErrorObject): string =>
  `${error.instancePath}: ${error.message ?? "is wrong"} ${JSON.stringify(error.params)}`;

const toPattern = (path: string, takesSlashes: (name: string) => boolean): RegExp => {
  const pieces = path.split(/(\{[^}]+\})/).map((piece) => {
    if (!piece.startsWith("{")) return piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return takesSlashes(piece.slice(1, -1)) ? "[^/]+(?:/[^/]+)*" : "[^/]+";
  });
  return new RegExp(`^${pieces.join("")}$`);
};

const readParameter = (text: string, type: unknown): unknown => {
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (type === "integer" || type === "number") return text.trim() === "" ? text : Number(text);
  return text;
};

/** A copy in which each enumeration also holds the words that its `x-observed` lists. */
const withObservedWords = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(withObservedWords);
  if (typeof node !== "object" || node === null) return node;
  const copy = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, withObservedWords(value)]),
  );
  if (Array.isArray(copy["enum"]) && Array.isArray(copy["x-observed"])) {
    copy["enum"] = [...copy["enum"], ...copy["x-observed"]];
  }
  return copy;
};
