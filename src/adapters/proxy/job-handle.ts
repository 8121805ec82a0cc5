import type { UserContext } from "./user-context.js";

/** The handle of a job: its key, signed for the user. A page reaches a job by its handle alone, and so only jobs of its own user. */
export async function makeHandle({ signatures, user }: UserContext, key: string): Promise<string> {
  return `${key}.${await signatures.sign("job", user, key)}`;
}

/** The key of a handle; undefined where the handle was not made for this user. */
export async function readHandle(
  { signatures, user }: UserContext,
  handle: string,
): Promise<string | undefined> {
  const [key = "", signature = "", ...rest] = handle.split(".");
  const isOurs = rest.length === 0 && (await signatures.verify(signature, "job", user, key));
  return isOurs ? key : undefined;
}

/** A name for the user that reveals nothing about them. */
export async function nameUser({
  signatures,
  user,
}: Pick<UserContext, "signatures" | "user">): Promise<string> {
  return (await signatures.sign("user", user)).slice(0, 22);
}
