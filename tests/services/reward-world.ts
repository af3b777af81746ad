import { RawLog, type RawEntry } from '@ionet/oracle';
import type { Market } from '@ionet/sdk/testing';
import type { PublicKey } from '@solana/web3.js';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { scheduleOf, sealEmission } from '../harness/emission.js';
import type { DatabaseKind } from './databases.js';
import { NodeVoice } from './node-voice.js';
import { ORACLE_SETTINGS, Oracles, type TestOracleOptions } from './oracles.js';

const HOUR = 3_600;
const MINUTE = 60;
const MINUTES = 60;
/** After so many epochs with a passed proof of work in each a node earns. */
const EPOCHS = 3;

/** Three oracles on a market whose emission began three hours ago, and nodes that were there all the time. */
export class RewardWorld {
  readonly market: Market;
  readonly oracles: Oracles;
  readonly voices: readonly NodeVoice[];
  readonly nodes: readonly PublicKey[];

  constructor(market: Market, nodes: readonly PublicKey[], kind?: DatabaseKind) {
    this.market = market;
    this.oracles = new Oracles(market, kind);
    this.voices = nodes.map((node) => new NodeVoice(this.oracles, node));
    this.nodes = nodes;
  }

  /** Seals the emission, writes what the three members saw in its first epochs, and starts them. */
  async begin(options: TestOracleOptions = {}): Promise<void> {
    const { market } = this;
    const startsAt = market.network.now();
    await sealEmission(market, { startsAt });
    market.network.warpBy(EPOCHS * HOUR);
    for (const index of market.oracles.keys()) {
      const log = new RawLog(join(this.oracles.directory(index), 'raw'));
      for (const entry of await this.#seen(Number(startsAt), index)) log.append(entry);
      log.close();
      await this.oracles.start(index, options);
    }
  }

  /** What a member wrote down: registrations, good lines, a proof an epoch and device, and every heartbeat. */
  async #seen(startsAt: number, member: number): Promise<RawEntry[]> {
    const entries: RawEntry[] = [];
    for (const address of this.nodes) {
      const { staking } = this.market.anyone.accounts;
      const { operator, rewardVault, payout, deviceCount, registeredAt, ...account } =
        await staking.node.fetch(address);
      const { multiplierX100, kind } = await staking.hardwareClass.fetch(account.class);
      const node = address.toBase58();
      for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
        const start = startsAt + epoch * HOUR;
        entries.push({
          kind: 'node',
          at: start,
          node,
          operator: operator.toBase58(),
          destination: rewardVault.toBase58(),
          wallet: payout.toBase58(),
          devices: deviceCount,
          multiplier: multiplierX100,
          pool: kind,
          joined: Number(registeredAt),
          staked: true,
        });
        entries.push({ kind: 'speed', at: start, node, sequence: epoch + 1, down: 500, up: 400 });
        for (let device = 0; device < deviceCount; device += 1) {
          const id = createHash('sha256').update(`${member},${node},${device},${epoch}`).digest('hex');
          const said = {
            node,
            sequence: epoch * 8 + device + 1,
            sentAt: start,
            root: '',
            proof: '',
            signature: '',
          };
          entries.push({ kind: 'challenge', at: start, node, device, id, levels: 6 });
          entries.push({ kind: 'answer', at: start, id, passed: true, ...said });
        }
        for (let minute = 0; minute < MINUTES; minute += 1) {
          const at = start + minute * MINUTE + member;
          const sequence = epoch * MINUTES + minute + 1;
          entries.push({ kind: 'beat', at, node, sequence, sentAt: at, jobs: [], signature: '' });
        }
      }
    }
    return entries.sort((a, b) => a.at - b.at);
  }

  /** Until the epochs that are over are agreed on and what is due is posted. */
  async agree(): Promise<void> {
    const { EPOCH_SETTLE_SECONDS, ABSENCE_SECONDS, TURN_SECONDS } = ORACLE_SETTINGS;
    const { network, oracles } = this.market;
    network.warpBy(EPOCH_SETTLE_SECONDS + ABSENCE_SECONDS + 1);
    // An epoch a loop is agreed on, in any member's turn; the last one is posted in the next.
    await this.oracles.loop(EPOCHS);
    for (let turn = 0; turn < oracles.length; turn += 1) {
      network.warpBy(TURN_SECONDS);
      await this.oracles.loop(2);
    }
  }

  /** To the first second of the next epoch. */
  async nextEpoch(): Promise<void> {
    const { network } = this.market;
    const { startsAt } = await scheduleOf(this.market);
    const hour = BigInt(HOUR);
    network.warpBy(hour - ((network.now() - startsAt) % hour));
    await this.oracles.loop();
  }
}
