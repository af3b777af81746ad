import type { Market } from '@ionet/sdk/testing';
import type { PublicKey } from '@solana/web3.js';
import { join } from 'node:path';
import { scheduleOf, sealEmission } from '../harness/emission.js';
import type { DatabaseKind } from './databases.js';
import { NodeVoice } from './node-voice.js';
import { ORACLE_SETTINGS, Oracles, type TestOracleOptions } from './oracles.js';
import { writePastEpochs } from './past-epochs.js';

const HOUR = 3_600;
/** After so many epochs with a passed proof of work in each a node earns. */
const EPOCHS = 3;

/** Three oracles on a market whose emission began three hours ago, and nodes that were there all the time. */
export class RewardWorld {
  readonly market: Market;
  readonly oracles: Oracles;
  readonly voices: readonly NodeVoice[];
  readonly nodes: readonly PublicKey[];

  constructor(market: Market, nodes: readonly PublicKey[], kind: DatabaseKind) {
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
    const { nodes } = this;
    for (const index of market.oracles.keys()) {
      const past = { nodes, startsAt: Number(startsAt), epochs: EPOCHS, member: index };
      await writePastEpochs(market.anyone, join(this.oracles.directory(index), 'raw'), past);
      await this.oracles.start(index, options);
    }
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
