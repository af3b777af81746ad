import { NONE, type NodeTable, ROW_WORDS, WORD } from './node-table.js';

/** Kinds of facts about a node, in the order of the canonical form. */
export const FACT = { beats: 0, proof: 1, hired: 2, speed: 3, understaked: 4 } as const;

const FIRST_FACTS = 4_096;
/** Words of a fact: the fact of its node before it, its kind (high byte) and device, two numbers, its line. */
const WORDS = 5;

/** The facts of all nodes: those of a node are chained from the last one said to the first. */
export class Facts {
  /** How many there are. */
  count = 0;
  private words = new Uint32Array(FIRST_FACTS * WORDS);

  constructor(private readonly nodes: NodeTable) {}

  /**
   * Notes a fact of a node. `first` is a time, the beginning of an interval or the later half of the heartbeats;
   * `second` an outcome, the end of an interval or the earlier half of the heartbeats.
   */
  add(node: number, kind: number, first: number, second: number, line: number): void {
    const at = this.count * WORDS;
    if (at === this.words.length) {
      const larger = new Uint32Array(this.words.length * 2);
      larger.set(this.words);
      this.words = larger;
    }
    const { words } = this;
    const last = node * ROW_WORDS + WORD.lastFact;
    words[at] = this.nodes.words[last] ?? NONE;
    words[at + 1] = kind;
    words[at + 2] = first;
    words[at + 3] = second;
    words[at + 4] = line;
    this.nodes.words[last] = this.count++;
  }

  /** Takes away the last facts, all of one node, down to `count`. */
  retract(node: number, count: number): void {
    for (; this.count > count; this.count--) {
      this.nodes.words[node * ROW_WORDS + WORD.lastFact] = this.words[(this.count - 1) * WORDS] ?? NONE;
    }
  }

  /** The numbers of a node's facts, in the order of the canonical form; reuses the array of the call before. */
  ofNode(node: number): readonly number[] {
    const { sorted, words } = this;
    let last = this.nodes.words[node * ROW_WORDS + WORD.lastFact] ?? NONE;
    let count = 0;
    for (; last !== NONE; last = words[last * WORDS] ?? NONE) sorted[count++] = last;
    sorted.length = count;
    if (count > FEW_FACTS) return sorted.sort((a, b) => this.compare(a, b));
    // They lie from the last to the first, mostly the reverse of what is wanted.
    sorted.reverse();
    for (let next = 1; next < count; next++) {
      const fact = sorted[next] ?? 0;
      let to = next;
      for (; to > 0 && this.compare(sorted[to - 1] ?? 0, fact) > 0; to--) sorted[to] = sorted[to - 1] ?? 0;
      sorted[to] = fact;
    }
    return sorted;
  }

  /** The kind in the high byte, the device in the low one. */
  kind(fact: number): number {
    return this.words[fact * WORDS + 1] ?? 0;
  }

  first(fact: number): number {
    return this.words[fact * WORDS + 2] ?? 0;
  }

  second(fact: number): number {
    return this.words[fact * WORDS + 3] ?? 0;
  }

  /** The number of its line among all lines. */
  line(fact: number): number {
    return this.words[fact * WORDS + 4] ?? 0;
  }

  private readonly sorted: number[] = [];

  private compare(a: number, b: number): number {
    const { words } = this;
    const [one, other] = [a * WORDS, b * WORDS];
    for (let word = 1; word < WORDS; word++) {
      const difference = (words[one + word] ?? 0) - (words[other + word] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

/** More facts of one node than this are sorted by the engine. */
const FEW_FACTS = 48;
