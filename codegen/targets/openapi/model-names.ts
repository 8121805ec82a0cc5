/** The names of a model in the document, in places that cannot hold an id. */
export interface ModelNames {
  readonly operation: string;
  readonly input: string;
  readonly output: string;
}

/**
 * Names for each id, of ASCII letters and digits only and different even without regard to case, because other generators
 * make classes and files of them. An id whose name is taken gets the next free number, in the order of the ids.
 */
export function nameModels(ids: readonly string[], taken: Iterable<string>): ReadonlyMap<string, ModelNames> {
  const used = new Set(Array.from(taken, fold));
  const numbers = new Map<string, number>();
  const names = new Map<string, ModelNames>();
  for (const id of ids) {
    const stem = toPascal(id);
    let number = numbers.get(fold(stem)) ?? 1;
    let candidate = numberNames(stem, number);
    let folded = foldEach(candidate);
    while (folded.some((name) => used.has(name))) {
      candidate = numberNames(stem, ++number);
      folded = foldEach(candidate);
    }
    numbers.set(fold(stem), number);
    for (const name of folded) used.add(name);
    names.set(id, candidate);
  }
  return names;
}

/** The names that belong to an operation's. */
export function namesOf(operation: string): ModelNames {
  const name = operation.slice("submit".length);
  return { operation, input: `${name}Input`, output: `${name}Output` };
}

function numberNames(stem: string, number: number): ModelNames {
  return namesOf(`submit${stem}${number === 1 ? "" : number}`);
}

function foldEach(names: ModelNames): readonly string[] {
  return Object.values(names).map(fold);
}

/** Brings a name into the form in which names must differ. Generators treat punctuation differently, so it does not count. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function toPascal(id: string): string {
  const words = id.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^[A-Z]/.test(name) ? name : `Model${name}`;
}
