import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { StudioJob } from "../../src/studio/job-api-types.js";
import { connection, explain } from "../api/requests.js";
import { compareNewest, fits, jobs, loadPage } from "../state/jobs.js";
import type { JobQuery } from "../state/jobs.js";
import { useStore } from "../state/store.js";

export interface Listing {
  /** The records that are loaded so far, newest first. */
  readonly records: readonly StudioJob[];
  /** The number of all records that fit; `undefined` until the first page is there. */
  readonly total: number | undefined;
  readonly problem: string | undefined;
  /** Loads pages until the record at this index is there. */
  readonly reach: (index: number) => void;
}

interface Loaded {
  readonly query: JobQuery;
  readonly keys: readonly string[];
  readonly total: number;
  readonly next: string | undefined;
}

const pageSize = 200;

/** The records of a query: loaded by pages as they are needed, kept up to date by what the tab hears of changes. */
export function useListing(query: JobQuery): Listing {
  const [loaded, setLoaded] = useState<Loaded>();
  const [problem, setProblem] = useState<string>();
  const wanted = useRef(0);
  const isLoading = useRef(false);
  const isOpen = useStore(connection, (now) => now === "open");
  const seen = useStore(jobs);
  const current = useRef({ query, loaded });
  current.current = { query, loaded };

  const load = async (): Promise<void> => {
    if (isLoading.current) return;
    isLoading.current = true;
    try {
      for (let more = true; more;) {
        const { query: asked, loaded: before } = current.current;
        const known = before?.query === asked ? before : undefined;
        const page = await loadPage(asked, known?.next, pageSize);
        if (current.current.query !== asked) continue;
        const keys = [...new Set([...(known?.keys ?? []), ...page.records.map(({ key }) => key)])];
        const next: Loaded = { query: asked, keys, total: page.total, next: page.next };
        current.current.loaded = next;
        setLoaded(next);
        setProblem(undefined);
        more = page.next !== undefined && keys.length <= wanted.current;
      }
    } catch (error) {
      setProblem(explain(error));
    } finally {
      isLoading.current = false;
    }
  };
  useEffect(() => {
    wanted.current = 0;
    if (isOpen) void load();
  }, [query, isOpen]);
  const mine = loaded?.query === query ? loaded : undefined;
  const records = useMemo(() => listCurrent(mine, seen.byKey), [mine, seen]);
  return {
    records,
    total: mine && Math.max(records.length, mine.total + records.length - mine.keys.length),
    problem,
    reach: (index) => {
      if (index < records.length || mine?.next === undefined) return;
      wanted.current = index;
      void load();
    },
  };
}

/** The loaded records as they are now, with those that came since, without those that were deleted or no longer fit. */
function listCurrent(
  loaded: Loaded | undefined,
  byKey: ReadonlyMap<string, StudioJob>,
): readonly StudioJob[] {
  if (!loaded) return [];
  const { query, keys } = loaded;
  const known = new Set(keys);
  const listed = keys.flatMap((key) => byKey.get(key) ?? []).filter((record) => fits(record, query));
  const oldest = listed.at(-1);
  const isComplete = loaded.next === undefined;
  const added = [...byKey.values()].filter(
    (record) =>
      !known.has(record.key) &&
      fits(record, query) &&
      // An older record that another view has loaded comes with its own page.
      (isComplete || (oldest !== undefined && compareNewest(record, oldest) < 0)),
  );
  return [...added, ...listed].sort(compareNewest);
}
