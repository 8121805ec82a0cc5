import { type CharacterSet, overlap } from "./character-set.js";
import { type PatternNode, parsePattern } from "./pattern-parser.js";

/** The longest pattern that is analysed, in characters. */
const longestPattern = 500;
/** The most ways through a pattern that may be tried at each character. */
const mostWays = 200;

/** Tells whether a text is a regular expression with the flag `u`. */
export function isPattern(text: string): boolean {
  try {
    return new RegExp(text, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

/**
 * Tells whether an engine that tries one way after the other is proven to need time in proportion to the length of a text. Two kinds
 * are: patterns with few ways through them in all; and patterns that are tried at the start of the text only, in which each character
 * fits at most one place, so that a way once left is never taken again.
 */
export function isLinearPattern(pattern: string): boolean {
  if (pattern.length > longestPattern) return false;
  const node = parsePattern(pattern);
  if (node === undefined) return false;
  return countWays(node) <= mostWays || (isAtStart(node) && isDeterministic(node));
}

/** The number of ways through a part; infinite where it repeats without an end. */
function countWays(node: PatternNode): number {
  switch (node.kind) {
    case "sequence":
      return node.parts.reduce((ways, part) => ways * countWays(part), 1);
    case "choice":
      return node.parts.reduce((ways, part) => ways + countWays(part), 0);
    case "repeat": {
      const { inner, least, most } = node;
      if (most > mostWays) return Infinity;
      const ways = countWays(inner);
      let all = 0;
      for (let times = least; times <= most && all <= mostWays; times++) all += ways ** times;
      return all;
    }
    default:
      return 1;
  }
}

function isAtStart(node: PatternNode): boolean {
  if (node.kind === "start") return true;
  if (node.kind === "sequence") return node.parts[0] !== undefined && isAtStart(node.parts[0]);
  return node.kind === "choice" && node.parts.every(isAtStart);
}

/** A place of a pattern that takes one character. */
interface Place {
  readonly set: CharacterSet;
  readonly next: Set<Place>;
}

/** The places at which a part can begin and end, and whether it fits the empty text. */
interface Ends {
  readonly first: readonly Place[];
  readonly last: readonly Place[];
  readonly isEmpty: boolean;
}

/** Tells whether after each character at most one place can take the next one. */
function isDeterministic(root: PatternNode): boolean {
  const walk = new PlaceWalk();
  walk.visit(root);
  return walk.isSound;
}

const nothing: Ends = { first: [], last: [], isEmpty: true };

/** Finds for each place of a pattern those that can follow it. */
class PlaceWalk {
  /** False once two places could take the same character. */
  isSound = true;

  visit(node: PatternNode): Ends {
    switch (node.kind) {
      case "character": {
        const place: Place = { set: node.set, next: new Set() };
        return { first: [place], last: [place], isEmpty: false };
      }
      case "repeat":
        return this.visitRepeat(node);
      case "choice":
        return this.visitChoice(node.parts.map((part) => this.visit(part)));
      case "sequence":
        return node.parts
          .map((part) => this.visit(part))
          .reduce((all, part) => this.join(all, part), nothing);
      default:
        return nothing;
    }
  }

  private visitChoice(parts: readonly Ends[]): Ends {
    const empty = parts.filter((part) => part.isEmpty).length;
    // Two empty choices are two ways through a pattern.
    if (empty > 1) this.isSound = false;
    const all = {
      first: parts.flatMap(({ first }) => first),
      last: parts.flatMap(({ last }) => last),
      isEmpty: empty > 0,
    };
    this.checkFirst(all);
    return all;
  }

  private visitRepeat({ inner, least, most }: Extract<PatternNode, { kind: "repeat" }>): Ends {
    const ends = this.visit(inner);
    if (most > 1) {
      if (ends.isEmpty) this.isSound = false;
      this.link(ends.last, ends.first);
    }
    return { ...ends, isEmpty: least === 0 || ends.isEmpty };
  }

  private join(before: Ends, after: Ends): Ends {
    this.link(before.last, after.first);
    const joined = {
      first: before.isEmpty ? [...before.first, ...after.first] : before.first,
      last: after.isEmpty ? [...before.last, ...after.last] : after.last,
      isEmpty: before.isEmpty && after.isEmpty,
    };
    this.checkFirst(joined);
    return joined;
  }

  private link(last: readonly Place[], first: readonly Place[]): void {
    for (const place of last)
      for (const next of first) {
        // The same step by two ways is as bad as two steps.
        if ([...place.next].some((other) => overlap(other.set, next.set))) this.isSound = false;
        place.next.add(next);
      }
  }

  private checkFirst({ first }: Ends): void {
    if (first.some((place, at) => first.slice(at + 1).some((other) => overlap(place.set, other.set))))
      this.isSound = false;
  }
}
