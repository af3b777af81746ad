import { openAgent, type AgentParts } from '@ionet/node-agent';
import { parseEvents, pda, type IonetEvent } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { createLogger, IntentStore, Metrics, type Intent, type OutboxChain } from '@ionet/service-kit';
import type { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { FINALIZATION_DELAY, poolOf } from '../harness/emission.js';
import { useMarket } from '../harness/market.js';
import { onEachDatabase, type DatabasePlace } from './databases.js';
import { RewardWorld } from './reward-world.js';

const MEMBERS = [0, 1, 2];
const NODE_ID = 1;

/** Their outboxes, in the database that they are given: the files of an oracle are the same with both. */
onEachDatabase('services: oracles and an agent, started again', (kind) => {
  const test = useMarket();
  let world: RewardWorld;
  let node: PublicKey;
  let pool: PublicKey;
  let agentPlace: DatabasePlace;

  beforeEach(async () => {
    const { market } = test;
    node = await market.registerNode({ id: NODE_ID, classId: 2, deviceCount: 1 });
    pool = pda.emission.pool(market.deployment, 'gpu');
    world = new RewardWorld(market, [node], kind);
    agentPlace = await kind.make();
    await world.begin();
  });
  afterEach(async () => {
    await world.oracles.remove();
    await agentPlace.remove();
  });

  /** The port of a network that takes nothing any more: what is signed is written down, and not sent. */
  const cutOff = (payer: Keypair): OutboxChain => ({
    ...world.oracles.chainOf(payer).outbox,
    send: () => Promise.reject(new Error('the network is gone')),
  });
  const eventsOf = async (name: IonetEvent['name']): Promise<IonetEvent[]> => {
    const { history } = world.oracles;
    const landed = (await history.signatures(pool, { limit: 1_000 })).filter(({ failed }) => !failed);
    const transactions = await history.transactions(landed.map(({ signature }) => signature));
    const events = transactions.flatMap((one) => parseEvents(one?.logs ?? [], test.market.deployment));
    return events.filter((event) => event.name === name);
  };
  const restart = async (
    index: number,
    options: Parameters<typeof world.oracles.start>[1] = {},
  ): Promise<void> => {
    await world.oracles.stop(index);
    await world.oracles.start(index, options);
  };

  it('post a root once that was signed, and not sent, in their lives before', async () => {
    const { market } = test;
    for (const index of MEMBERS) {
      await restart(index, { chain: { outbox: cutOff(market.oracles[index]!) } });
    }
    // The schedule has to have come so far for the root to be taken; anyone may do that.
    await market.anyone.emission.advanceEpoch();
    await world.agree();
    expect((await poolOf(market, 'gpu')).lastVersion).to.equal(0n);
    for (const index of MEMBERS) await restart(index);
    await world.agree();
    const { lastVersion, pendingRoot } = await poolOf(market, 'gpu');
    expect(lastVersion).to.equal(1n);
    expect(await eventsOf('rootPosted')).to.have.length(1);
    for (const index of MEMBERS) await restart(index);
    await world.agree();
    expect((await poolOf(market, 'gpu')).pendingRoot).to.deep.equal(pendingRoot);
    expect(await eventsOf('rootPosted')).to.have.length(1);
  });

  it('claim once what was signed, and not sent, in a life before', async () => {
    const { market } = test;
    await world.agree();
    market.network.warpBy(FINALIZATION_DELAY);
    await world.agree();
    const [root] = (await poolOf(market, 'gpu')).finalRoots;
    const { http } = world.oracles.running.get(0)!;
    const url = await http.listen({ host: '127.0.0.1', port: 0 });
    const operator = testKeypair('operator');
    const live = async (outbox?: OutboxChain): Promise<Intent | undefined> => {
      const database = await agentPlace.open();
      const settings: AgentParts['settings'] = {
        DEPLOYMENT: market.deployment,
        KEYPAIR: operator,
        ORACLE_URLS: [url],
        OWNER: market.owner.payer,
        NODE_ID,
        CLASS_ID: 2,
        DEVICES: 1,
        BANDWIDTH: 'low',
        REGION: 'local',
        COMMAND: '',
        START_JOBS: 0,
        HOURS_SECONDS: 30,
        SPEED_TEST_SECONDS: 86_400,
        CLAIM_SECONDS: 60,
      };
      const chain = world.oracles.chainOf(operator);
      const agent = await openAgent({
        settings,
        chain: { ...chain, ...(outbox === undefined ? {} : { outbox }) },
        database,
        metrics: new Metrics('agent'),
        logger: createLogger('agent', 'silent'),
        dryRun: false,
      });
      const { signal } = new AbortController();
      await agent.tick(signal);
      await agent.tick(signal);
      const key = { kind: 'claim-reward', subject: 'gpu', period: '1' };
      const intent = await (await IntentStore.open(database)).find(key);
      await agent.stop();
      return intent;
    };
    const first = await live(cutOff(operator));
    expect(first).to.include({ state: 'sent', attempt: 1 });
    expect(await eventsOf('rewardClaimed')).to.have.length(0);
    const second = await live();
    expect(second).to.include({ state: 'finalized', attempt: 1, signature: first?.signature });
    expect(await live()).to.deep.equal(second);
    const account = pda.emission.rewardAccount(market.deployment, pool, node);
    expect((await market.anyone.accounts.emission.rewardAccount.fetch(account)).claimed).to.equal(
      root?.total,
    );
    expect(await eventsOf('rewardClaimed')).to.have.length(1);
  });
});
