import type { JobWaiter } from "./job-waiter.js";
import { isLocal } from "./record-sources.js";
import type { SourcedRecord } from "./record-sources.js";
import type { StudioParts } from "./studio-parts.js";

/** Waits for all jobs on record that go on at the service, and fetches the files that an earlier process has not. */
export async function resumeWaits({ gallery, client, store }: StudioParts, waiter: JobWaiter): Promise<void> {
  await gallery.refresh();
  for (const { key, source } of gallery.all()) {
    if (source?.store !== store) continue;
    const { state, origin, filesMissing = 0 } = source.record;
    if (origin !== client.origin) {
      if (state === "accepted" && isLocal(origin)) await endWithEmulator(source);
      continue;
    }
    if (state === "accepted" || (state === "done" && filesMissing > 0))
      void waiter.follow({ key, record: source.record });
  }
}

/** Ends the record of a job whose emulator has ended: nobody can wait for that job, and nothing was paid. */
async function endWithEmulator({ record, store }: SourcedRecord): Promise<void> {
  const isThere = await fetch(record.origin).then(
    (response) => response.body?.cancel().then(() => true) ?? true,
    () => false,
  );
  if (isThere) return;
  const message = "The emulator that ran this job has ended. Nothing was paid.";
  await store.move(record, {
    to: "failed",
    attempt: record.attempt,
    error: { code: "emulator_ended", message },
  });
}
