import { ADDRESS_BYTES } from '../points/base58.js';
import { FACT } from './facts.js';
import { ADDRESS_AT, DESTINATION_AT, PAID_TO_AT, ROW_BYTES, ROW_WORDS, WORD } from './node-table.js';
import type { EventReader } from './reader.js';

export const EPOCH_SECONDS = 3_600;
/** Nodes after which the event loop gets its turn. */
const TURN_NODES = 32_768;
/** Most bytes of a node without its facts, and those of one fact. */
const NODE_BYTES = 3 * ADDRESS_BYTES + 1 + 4 + 8;
export const FACT_BYTES = 9;

/**
 * Nodes in the canonical form.
 *
 * @see {@link computeEpochRewards}
 */
export interface CanonicalNodes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

/**
 * The canonical form of what was read, which is what the input hash is of and all that rewards are computed from:
 * the nodes by their addresses, the facts of each in one order and each once. `docs/rewards.md` has the layout. What
 * facts contradict is reported to the reader. Yields now and then, where others may have their turn.
 */
export function* canonicalForm(reader: EventReader, startsAt: number): Generator<undefined, CanonicalNodes> {
  const { nodes, facts } = reader;
  const form = new CanonicalForm(reader, nodes.count * (NODE_BYTES + FACT_BYTES) + facts.count * FACT_BYTES);
  const order = nodes.sorted();
  for (let rank = 0; rank < order.length; rank++) {
    if (rank % TURN_NODES === TURN_NODES - 1) yield undefined;
    form.add(order[rank] ?? 0, startsAt + EPOCH_SECONDS);
  }
  return { bytes: form.bytes(), count: order.length };
}

class CanonicalForm {
  private readonly buffer: Uint8Array<ArrayBuffer>;
  private readonly view: DataView;
  private at = 0;

  constructor(
    private readonly reader: EventReader,
    most: number,
  ) {
    this.buffer = new Uint8Array(most);
    this.view = new DataView(this.buffer.buffer);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.buffer.subarray(0, this.at);
  }

  /** Adds a node of which no fact may be of `end` or later, if it is an event. */
  add(node: number, end: number): void {
    const { reader } = this;
    const { facts } = reader;
    const devices = reader.nodes.words[node * ROW_WORDS + WORD.devices] ?? 0;
    const members = facts.ofNode(node);
    const [one] = members;
    if (devices === 0 && one !== undefined) {
      const first = members.reduce((line, fact) => Math.min(line, facts.line(fact)), facts.line(one));
      reader.report(first, 'the node is not registered');
      return;
    }
    this.addNode(node, devices);
    let [later, earlier] = [0, 0];
    for (let position = 0; position < members.length; position++) {
      const fact = members[position] ?? 0;
      const kindOf = facts.kind(fact);
      const [kind, device, first] = [kindOf >> 8, kindOf & 0xff, facts.first(fact)];
      if (device >= devices) {
        reader.report(facts.line(fact), `the node has no device ${device}: it has ${devices}`);
      } else if (kind === FACT.beats) {
        later |= first;
        earlier |= facts.second(fact);
      } else if (kind === FACT.hired || kind === FACT.understaked) {
        // Intervals come by their beginning: those that touch or overlap are one.
        let to = facts.second(fact);
        for (; position + 1 < members.length; position++) {
          const next = members[position + 1] ?? 0;
          if (facts.kind(next) !== kindOf || facts.first(next) > to) break;
          to = Math.max(to, facts.second(next));
        }
        this.addFact(kindOf, first, to);
      } else if (first >= end) {
        reader.report(facts.line(fact), 'the time is after the epoch');
      } else {
        const before = members[position - 1];
        if (before === undefined || facts.kind(before) !== kindOf || facts.first(before) !== first) {
          this.addFact(kindOf, first, facts.second(fact));
        } else if (facts.second(before) !== facts.second(fact)) {
          const [line, other] = [facts.line(before), facts.line(fact)];
          const where = reader.where(Math.min(line, other));
          reader.report(Math.max(line, other), `another result of the same second stands ${where}`);
        }
      }
    }
    this.addFact(FACT.beats << 8, earlier, later);
  }

  private addNode(node: number, devices: number): void {
    const { view } = this;
    const { words } = this.reader.nodes;
    const [row, word] = [node * ROW_BYTES, node * ROW_WORDS];
    const [low, high] = [words[word + WORD.paidLow] ?? 0, words[word + WORD.paidHigh] ?? 0];
    this.copyAddress(row + ADDRESS_AT);
    this.buffer[this.at++] = devices;
    if (devices > 0) {
      this.copyAddress(row + DESTINATION_AT);
      view.setUint32(this.at, words[word + WORD.multiplier] ?? 0, true);
      this.at += 4;
    }
    view.setUint32(this.at, low, true);
    view.setUint32(this.at + 4, high, true);
    this.at += 8;
    if (low > 0 || high > 0) this.copyAddress(row + PAID_TO_AT);
  }

  /** Copies an address of the table: for so few bytes, a view of them would take longer than the copy. */
  private copyAddress(from: number): void {
    const { buffer, at } = this;
    const { bytes } = this.reader.nodes;
    for (let byte = 0; byte < ADDRESS_BYTES; byte++) buffer[at + byte] = bytes[from + byte] ?? 0;
    this.at += ADDRESS_BYTES;
  }

  private addFact(kind: number, first: number, second: number): void {
    const { view, at } = this;
    this.buffer[at] = ((kind >> 8) << 4) | (kind & 0xff);
    view.setUint32(at + 1, first, true);
    view.setUint32(at + 5, second, true);
    this.at += FACT_BYTES;
  }
}
