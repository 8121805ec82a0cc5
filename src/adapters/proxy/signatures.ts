/** Signs texts with the proxy's secrets. A signature counts for the purpose only that it was made for. */
export interface Signatures {
  sign(purpose: string, ...parts: readonly string[]): Promise<string>;
  /** True where one of the secrets made the signature. */
  verify(signature: string, purpose: string, ...parts: readonly string[]): Promise<boolean>;
}

const algorithm = { name: "HMAC", hash: "SHA-256" };

/** Makes signatures with the first of the secrets, and checks them with all. */
export function createSignatures(secrets: readonly string[]): Signatures {
  return {
    sign: async (purpose, ...parts) =>
      toBase64Url(await crypto.subtle.sign("HMAC", await importKey(secrets[0]!), encode(purpose, parts))),
    verify: async (signature, purpose, ...parts) => {
      const bytes = fromBase64Url(signature);
      if (!bytes) return false;
      for (const secret of secrets) {
        // The platform compares in constant time.
        const isOurs = await crypto.subtle.verify(
          "HMAC",
          await importKey(secret),
          bytes,
          encode(purpose, parts),
        );
        if (isOurs) return true;
      }
      return false;
    },
  };
}

function importKey(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, [
    "sign",
    "verify",
  ]);
}

function encode(purpose: string, parts: readonly string[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify([purpose, ...parts]));
}

/** Bytes as text that addresses and file names can carry. */
export function toBase64Url(bytes: ArrayBuffer | Uint8Array): string {
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The bytes of such a text; undefined where the text is not base64url. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (sign) => sign.charCodeAt(0));
}
