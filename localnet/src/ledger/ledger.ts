import { DirectoryInUseError, lockDirectory } from '@ionet/service-kit/directory-lock';
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { BlockRecord, BlockStore, Chain, ChainSnapshot } from '../chain/chain.js';
import { frame, readFrames } from './frames.js';

/** Grows when older files cannot be read any more. */
const FORMAT = 1;
const SNAPSHOT = /^snapshot-(\d+)\.bin$/;
const SEGMENT = /^blocks-(\d+)\.log$/;
const SNAPSHOTS_KEPT = 2;

/** A ledger that cannot be used; the message says what to do. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}

/** When a ledger writes a snapshot: whichever comes first. */
export interface LedgerLimits {
  readonly blocks: number;
  readonly bytes: number;
  /** How many blocks are kept. */
  readonly history: number;
}

interface SnapshotFile {
  readonly format: number;
  readonly genesisHash: string;
  readonly snapshot: ChainSnapshot;
}

/**
 * A directory that outlives the process: snapshots of the whole state, each written aside and then renamed, and
 * segments of blocks that are only appended to. A block is in its segment before anybody hears that it is confirmed.
 * The state is the newest snapshot and the blocks after it; a frame that was cut off when the process died is
 * dropped, and with it a block that nobody knew of.
 */
export class Ledger implements BlockStore {
  readonly #directory: string;
  readonly #genesisHash: string;
  readonly #limits: LedgerLimits;
  readonly #unlock: () => void;
  #file: number | null = null;
  #blocks = 0;
  #bytes = 0;

  private constructor(directory: string, genesisHash: string, limits: LedgerLimits) {
    this.#unlock = lock(directory);
    this.#directory = directory;
    this.#genesisHash = genesisHash;
    this.#limits = limits;
  }

  /** Opens a directory, and makes it where it does not exist. */
  static open(directory: string, genesisHash: string, limits: LedgerLimits): Ledger {
    return new Ledger(directory, genesisHash, limits);
  }

  /** What an earlier run left, `null` in a new directory. */
  load(): { readonly start: ChainSnapshot; readonly records: readonly BlockRecord[] } | null {
    const names = readdirSync(this.#directory);
    for (const name of names.filter((one) => one.endsWith('.tmp'))) rmSync(join(this.#directory, name));
    const start = this.#newestSnapshot(names);
    const segments = numbered(names, SEGMENT);
    if (start === null) {
      if (segments.length === 0) return null;
      throw new LedgerError(`${this.#directory} has blocks but no snapshot: name another --ledger directory`);
    }
    const records = segments.flatMap(({ name }, index) =>
      this.#readSegment(name, index === segments.length - 1),
    );
    return { start, records };
  }

  /** Begins a new ledger with the state that its blocks follow. */
  begin(snapshot: ChainSnapshot): void {
    this.#writeSnapshot(snapshot);
  }

  append(record: BlockRecord): void {
    this.#file ??= openSync(join(this.#directory, `blocks-${record.block.height}.log`), 'a');
    const bytes = frame(record);
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    this.#blocks += 1;
    this.#bytes += bytes.length;
  }

  /** Writes a snapshot where the blocks since the last one are many, or at once. */
  checkpoint(chain: Chain, force = false): void {
    const due = this.#blocks >= this.#limits.blocks || this.#bytes >= this.#limits.bytes;
    if (!due && !(force && this.#blocks > 0)) return;
    this.#endSegment();
    this.#writeSnapshot(chain.snapshot());
    this.#forget();
  }

  close(): void {
    this.#endSegment();
    this.#unlock();
  }

  #endSegment(): void {
    if (this.#file !== null) {
      fsyncSync(this.#file);
      closeSync(this.#file);
    }
    this.#file = null;
    this.#blocks = 0;
    this.#bytes = 0;
  }

  #writeSnapshot(snapshot: ChainSnapshot): void {
    const path = join(this.#directory, `snapshot-${snapshot.tip.height}.bin`);
    const content: SnapshotFile = { format: FORMAT, genesisHash: this.#genesisHash, snapshot };
    const aside = openSync(`${path}.tmp`, 'w');
    writeFileSync(aside, frame(content));
    fsyncSync(aside);
    closeSync(aside);
    renameSync(`${path}.tmp`, path);
  }

  /** Removes old snapshots, and segments all of whose blocks are older than what is kept. */
  #forget(): void {
    const names = readdirSync(this.#directory);
    const snapshots = numbered(names, SNAPSHOT);
    for (const { name } of snapshots.slice(0, -SNAPSHOTS_KEPT)) rmSync(join(this.#directory, name));
    const oldest = snapshots.at(-SNAPSHOTS_KEPT)?.height ?? 0;
    const newest = snapshots.at(-1)?.height ?? 0;
    const segments = numbered(names, SEGMENT);
    segments.forEach(({ name }, index) => {
      const next = segments[index + 1]?.height;
      if (next === undefined || next > oldest + 1 || next > newest - this.#limits.history) return;
      rmSync(join(this.#directory, name));
    });
  }

  #newestSnapshot(names: readonly string[]): ChainSnapshot | null {
    const snapshots = numbered(names, SNAPSHOT);
    for (const { name } of [...snapshots].reverse()) {
      const { values, rest } = readFrames(readFileSync(join(this.#directory, name)));
      const [content] = values as readonly SnapshotFile[];
      if (content === undefined || rest !== 'none') continue;
      if (content.format !== FORMAT || content.genesisHash !== this.#genesisHash) {
        throw new LedgerError(`${this.#directory} is of another version: name another --ledger directory`);
      }
      return content.snapshot;
    }
    if (snapshots.length === 0) return null;
    throw new LedgerError(`no snapshot in ${this.#directory} can be read: name another --ledger directory`);
  }

  #readSegment(name: string, last: boolean): readonly BlockRecord[] {
    const path = join(this.#directory, name);
    const { values, length, rest } = readFrames(readFileSync(path));
    if (rest === 'damaged' || (rest === 'torn' && !last)) {
      throw new LedgerError(`${path} is damaged at byte ${length}: name another --ledger directory`);
    }
    if (rest === 'torn') {
      const file = openSync(path, 'r+');
      ftruncateSync(file, length);
      closeSync(file);
    }
    // Written by `append`, and checked by its checksum.
    return values as readonly BlockRecord[];
  }
}

/** Makes a directory this process' own; the lock of a process that was killed is taken over. */
function lock(directory: string): () => void {
  try {
    return lockDirectory(directory);
  } catch (cause) {
    if (!(cause instanceof DirectoryInUseError)) throw cause;
    const { owner } = cause;
    const problem =
      owner === process.pid
        ? `${directory} is in use by this process: stop that network first`
        : `process ${owner} uses ${directory}: stop it, or name another --ledger directory`;
    throw new LedgerError(problem, { cause });
  }
}

/** The files of a kind with the heights in their names, the lowest first. */
function numbered(names: readonly string[], pattern: RegExp): { name: string; height: number }[] {
  return names
    .flatMap((name) => {
      const height = pattern.exec(name)?.[1];
      return height === undefined ? [] : [{ name, height: Number(height) }];
    })
    .sort((a, b) => a.height - b.height);
}
