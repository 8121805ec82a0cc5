import type { JobWaiter } from "./job-waiter.js";
import type { StudioParts } from "./studio-parts.js";

/** Waits for all jobs on record that go on at the service, and fetches the files that an earlier process has not. */
export async function takeUp({ gallery, client, store }: StudioParts, waiter: JobWaiter): Promise<void> {
  await gallery.refresh();
  for (const { key, source } of gallery.all()) {
    if (source?.store !== store || source.record.origin !== client.origin) continue;
    const { state, filesMissing = 0 } = source.record;
    if (state === "accepted" || (state === "done" && filesMissing > 0))
      void waiter.follow({ key, record: source.record });
  }
}
