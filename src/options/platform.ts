/** True in a page, or in a worker of one. */
export function isBrowser(): boolean {
  const scope = globalThis as {
    process?: { versions?: { node?: string } };
    document?: unknown;
    importScripts?: unknown;
    location?: unknown;
  };
  // Cloudflare's workers of older dates have importScripts, but nobody's page.
  const isWorker = scope.importScripts && scope.location;
  return !scope.process?.versions?.node && Boolean(scope.document || isWorker);
}
