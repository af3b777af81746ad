import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { ChainView } from './chain-view.js';
import { EPOCH_SECONDS, unite, type Span } from './observation.js';
import type { Challenge, NodeMessageKind } from './protocol.js';
import type { RawEntry, RawEntryOf, RawLog } from './raw-log.js';

/** Work that was asked for and not answered. */
export interface OpenChallenge extends Challenge {
  readonly node: string;
}

/** What is held of a node. */
interface NodeMemory {
  /** By kind: the last sequence that was taken. */
  readonly sequences: Partial<Record<NodeMessageKind, number>>;
  /** When its last heartbeat came, unix seconds; 0: none yet. */
  beatAt: number;
  /** By device: when it was last asked, and when it last passed. */
  readonly asked: Record<number, number>;
  readonly passed: Record<number, number>;
  /** Challenges that are open. */
  readonly open: Set<string>;
}

const times = z.record(z.coerce.number(), z.number());
const fileSchema = z.object({
  /** What was written to the log before this time is in it. */
  before: z.int(),
  /** The last epoch that was certified: minutes of earlier ones are not in it. */
  certified: z.int(),
  nodes: z.record(
    z.string(),
    z.object({
      sequences: z.partialRecord(z.enum(['heartbeat', 'answer', 'speed', 'hours']), z.int()),
      beatAt: z.number(),
      asked: times,
      passed: times,
    }),
  ),
  work: z.record(z.string(), z.array(z.tuple([z.int(), z.int()]))),
  beatTimes: z.array(z.int()),
  open: z.array(
    z.object({ id: z.string(), node: z.string(), device: z.int(), levels: z.int(), deadline: z.int() }),
  ),
});

/**
 * What the intake holds in memory: what it follows from is in the raw log, and nothing of it is of a node or a job that
 * is not on chain any more. From hour to hour it is written down, so that a start reads the last hours of the log and
 * not all of it; without the file it does that too.
 */
export class IntakeState {
  readonly open = new Map<string, OpenChallenge>();
  /** Minutes in which a heartbeat came, of epochs that are not certified. */
  readonly beatTimes = new Set<number>();
  readonly #path: string;
  readonly #challengeSeconds: number;
  readonly #nodes = new Map<string, NodeMemory>();
  readonly #work = new Map<string, Span[]>();
  #savedHour = -1;

  private constructor(path: string, challengeSeconds: number) {
    this.#path = path;
    this.#challengeSeconds = challengeSeconds;
  }

  /**
   * Rebuilds it from what was written down last and what the log has since; from the whole log where epochs that were
   * certified then are not there any more.
   */
  static open(
    path: string,
    log: RawLog,
    { certified, challengeSeconds }: { certified: bigint; challengeSeconds: number },
  ): IntakeState {
    const state = new IntakeState(path, challengeSeconds);
    const before = existsSync(path) ? state.#load(readFileSync(path, 'utf8'), Number(certified)) : 0;
    // Entries of two moments may be written in either order: the hour before is read too, which changes nothing.
    for (const entry of log.entries(before - EPOCH_SECONDS)) state.#recall(entry);
    return state;
  }

  #load(text: string, certified: number): number {
    const { before, nodes, work, beatTimes, open, ...file } = fileSchema.parse(JSON.parse(text));
    if (certified < file.certified) return 0;
    for (const [node, memory] of Object.entries(nodes)) this.#nodes.set(node, { ...memory, open: new Set() });
    for (const [job, spans] of Object.entries(work)) {
      this.#work.set(
        job,
        spans.map(([from, to]) => ({ from, to })),
      );
    }
    for (const minute of beatTimes) this.beatTimes.add(minute);
    for (const challenge of open) this.#hold(challenge);
    return before;
  }

  /** Takes an entry in again; once more changes nothing. */
  #recall(entry: RawEntry): void {
    switch (entry.kind) {
      case 'beat':
        this.take('heartbeat', entry.node, entry.sequence);
        this.beat(entry.node, entry.at);
        break;
      case 'challenge':
        this.ask({ ...entry, deadline: entry.at + this.#challengeSeconds }, entry.at);
        break;
      case 'answer':
        this.take('answer', entry.node, entry.sequence);
        this.answered(entry.id, entry.passed, entry.at);
        break;
      case 'speed':
        this.take('speed', entry.node, entry.sequence);
        break;
      case 'hours':
        this.take('hours', entry.node, entry.sequence);
        this.worked(entry);
        break;
      case 'node':
      case 'gone':
      case 'job':
        break;
    }
  }

  /** What is held of a node; undefined where it has said nothing. */
  node(node: string): Readonly<NodeMemory> | undefined {
    return this.#nodes.get(node);
  }

  #memory(node: string): NodeMemory {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    const memory: NodeMemory = { sequences: {}, beatAt: 0, asked: {}, passed: {}, open: new Set() };
    this.#nodes.set(node, memory);
    return memory;
  }

  /** Whether neither this sequence nor a higher one was taken. */
  isNew(kind: NodeMessageKind, node: string, sequence: number): boolean {
    return sequence > (this.#nodes.get(node)?.sequences[kind] ?? 0);
  }

  take(kind: NodeMessageKind, node: string, sequence: number): void {
    const { sequences } = this.#memory(node);
    sequences[kind] = Math.max(sequence, sequences[kind] ?? 0);
  }

  beat(node: string, at: number): void {
    this.#memory(node).beatAt = at;
    this.beatTimes.add(at - (at % 60));
  }

  ask(challenge: OpenChallenge, at: number): void {
    const { id, node, device, levels, deadline } = challenge;
    this.#hold({ id, node, device, levels, deadline });
    this.#memory(node).asked[device] = at;
  }

  #hold(challenge: OpenChallenge): void {
    this.open.set(challenge.id, challenge);
    this.#memory(challenge.node).open.add(challenge.id);
  }

  answered(id: string, passed: boolean, at: number): void {
    const challenge = this.open.get(id);
    if (challenge === undefined) return;
    if (passed) this.#memory(challenge.node).passed[challenge.device] = at;
    this.#close(challenge);
  }

  #close({ id, node }: OpenChallenge): void {
    this.open.delete(id);
    this.#nodes.get(node)?.open.delete(id);
  }

  /** The spans in which a job was worked on: none touches another. */
  work(job: string): readonly Span[] {
    return this.#work.get(job) ?? [];
  }

  worked({ job, from, to }: Pick<RawEntryOf<'hours'>, 'job' | 'from' | 'to'>): void {
    const spans = this.#work.get(job) ?? [];
    const last = spans.at(-1);
    // The usual case: it goes on where it was.
    if (last !== undefined && from <= last.to && from >= last.from) {
      spans[spans.length - 1] = { from: last.from, to: Math.max(last.to, to) };
      this.#work.set(job, spans);
    } else this.#work.set(job, unite([...spans, { from, to }]));
  }

  /** Forgets challenges that are over, and nodes and jobs that are not there any more. */
  forget({ now, nodes, jobs }: Pick<ChainView, 'now' | 'nodes' | 'jobs'>): void {
    for (const challenge of this.open.values()) if (challenge.deadline < now) this.#close(challenge);
    for (const [node, { open }] of this.#nodes) {
      if (nodes.has(node)) continue;
      for (const id of open) this.open.delete(id);
      this.#nodes.delete(node);
    }
    for (const job of this.#work.keys()) if (!jobs.has(job)) this.#work.delete(job);
  }

  /** Writes it down when an hour of the log begins. */
  save(now: number, certified: bigint): void {
    const hour = now - (now % EPOCH_SECONDS);
    if (hour === this.#savedHour) return;
    const content: z.input<typeof fileSchema> = {
      before: hour,
      certified: Number(certified),
      nodes: Object.fromEntries(
        [...this.#nodes].map(([node, { sequences, beatAt, asked, passed }]) => [
          node,
          { sequences, beatAt, asked, passed },
        ]),
      ),
      work: Object.fromEntries(
        [...this.#work].map(([job, spans]) => [
          job,
          spans.map(({ from, to }): [number, number] => [from, to]),
        ]),
      ),
      beatTimes: [...this.beatTimes],
      open: [...this.open.values()],
    };
    const file = openSync(`${this.#path}.tmp`, 'w');
    writeFileSync(file, JSON.stringify(content));
    fsyncSync(file);
    closeSync(file);
    renameSync(`${this.#path}.tmp`, this.#path);
    this.#savedHour = hour;
  }
}
