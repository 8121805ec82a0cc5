/** A row that is known by its key. */
export interface KnownRow {
  /** The first 32 bits of its input's hash. */
  readonly input: number;
  readonly line: number;
}

/** The share of places that are taken at most. */
const mostTaken = 0.7;

/**
 * Rows by the hash of their key, 16 bytes for each place. They lie in typed arrays, which the garbage collector need not search: a
 * file may have millions of rows.
 */
export class KeyTable {
  /** The first 52 bits of each key's hash and 1, so that 0 stands for an empty place. */
  #keys = new Float64Array(1024);
  #inputs = new Uint32Array(1024);
  #lines = new Uint32Array(1024);
  #size = 0;

  get(hash: string): KnownRow | undefined {
    const place = this.#find(toNumber(hash));
    return this.#keys[place] === 0 ? undefined : { input: this.#inputs[place]!, line: this.#lines[place]! };
  }

  add(hash: string, { input, line }: KnownRow): void {
    if (++this.#size > this.#keys.length * mostTaken) this.#grow();
    this.#put(toNumber(hash), input, line);
  }

  #put(key: number, input: number, line: number): void {
    const place = this.#find(key);
    this.#keys[place] = key;
    this.#inputs[place] = input;
    this.#lines[place] = line;
  }

  /** The place of a key: its own, or the empty one where it belongs. */
  #find(key: number): number {
    const { length } = this.#keys;
    let place = key % length;
    while (this.#keys[place] !== 0 && this.#keys[place] !== key) place = (place + 1) % length;
    return place;
  }

  #grow(): void {
    const [keys, inputs, lines] = [this.#keys, this.#inputs, this.#lines];
    this.#keys = new Float64Array(keys.length * 2);
    this.#inputs = new Uint32Array(keys.length * 2);
    this.#lines = new Uint32Array(keys.length * 2);
    keys.forEach((key, place) => {
      if (key !== 0) this.#put(key, inputs[place]!, lines[place]!);
    });
  }
}

function toNumber(hash: string): number {
  return Number.parseInt(hash.slice(0, 13), 16) + 1;
}
