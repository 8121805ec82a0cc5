// Stands for your login: who has which session's token.
const sessions = new Map([
  ["s-5f3c9a", "ann"],
  ["s-71be04", "bob"],
]);

export function findUser(request: Request): string | undefined {
  const cookie = request.headers.get("cookie") ?? "";
  return sessions.get(/(?:^|; )session=([\w-]+)/.exec(cookie)?.[1] ?? "");
}
