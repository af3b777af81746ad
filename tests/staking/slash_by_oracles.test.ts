import { expect } from 'chai';
import { eventOf, pda, programInstruction, quorumInstruction, slashMessage, staking } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { replaceAccount } from '../harness/calls.js';
import { canonicalData, ed25519Instruction, pairOf } from '../harness/ed25519.js';
import { useMarket } from '../harness/market.js';
import { refusesForgedSignatures } from '../harness/quorum-forgeries.js';
import { offence, refused, today } from '../harness/staking.js';

describe('staking: slash_by_oracles', () => {
  const test = useMarket();
  type CallArgs = Parameters<typeof staking.slashByOracles.call>[1];
  const build = (change: Partial<Exclude<CallArgs, undefined>> = {}) => {
    const { market, node } = test;
    return staking.slashByOracles.call(market.anyone, {
      ...offence(market, 500n),
      node,
      setVersion: 1,
      expiresAt: market.network.now() + 300n,
      members: market.oracles.map((member) => member.publicKey),
      signers: market.oracles.slice(0, 2),
      ...change,
    });
  };
  const send = (call: ReturnType<typeof build>) => () => test.market.anyone.send(call);

  it('slashes by the signatures of two thirds of the oracles, whoever sends them', async () => {
    const { market, node } = test;
    const { accounts, events } = await market.anyone.staking.slashByOracles({
      ...offence(market, 500n),
      node,
      signers: market.oracles.slice(1),
    });
    const opened = await market.anyone.accounts.staking.slashCase.fetch(accounts.slashCase);
    expect(opened).to.deep.include({ byOracles: true, state: 'open', rentPayer: market.anyone.payer });
    expect(eventOf(events, 'staking', 'nodeSlashed')).to.deep.include({ byOracles: true, amount: 500n });
    await refused(market, 'AlreadySlashed', send(build()));
    await refused(market, 'AlreadySlashed', () =>
      market.admin.staking.slash({ ...offence(market, 500n), node }),
    );
  });

  it('is bound as the admin’s slash is', async () => {
    const { market, node } = test;
    const { ownStake } = await market.anyone.accounts.staking.node.fetch(node);
    await refused(market, 'SlashAboveLimit', send(build({ amount: ownStake / 2n + 1n })));
    await refused(market, 'ZeroSlash', send(build({ amount: 0n })));
    await refused(market, 'OffenceInFuture', send(build({ day: today(market) + 1 })));
    await refused(market, 'OffenceTooOld', send(build({ day: today(market) - 31 })));
  });

  it('refuses an order that has expired, or lasts longer than an hour', async () => {
    const { market } = test;
    const now = market.network.now();
    await refused(market, 'OrderExpired', send(build({ expiresAt: now - 1n })));
    await refused(market, 'ExpiryTooFar', send(build({ expiresAt: now + 3_601n })));
    await send(build({ expiresAt: now }))();
  });

  it('refuses too few signatures, and those of nobody', async () => {
    const { market } = test;
    await refused(market, 'TooFewSigners', send(build({ signers: market.oracles.slice(0, 1) })));
    const [first] = market.oracles;
    const stranger = testKeypair('stranger');
    const members = [first!.publicKey, stranger.publicKey, market.oracles[2]!.publicKey];
    await refused(market, 'WrongSignerKey', send(build({ members, signers: [first!, stranger] })));
  });

  it('refuses signatures of anything else: of another node, reason, day, amount, evidence, set, cluster or program', async () => {
    const { market, node } = test;
    const { deployment } = market;
    const order = {
      ...offence(market, 500n),
      node,
      setVersion: 1,
      expiresAt: market.network.now() + 300n,
    } as const;
    const call = build();
    const ours = call.instructions.at(-1)!;
    const other = { programs: { ...deployment.programs, staking: deployment.programs.escrow } };
    const messages = [
      slashMessage(deployment, { ...order, node: testKeypair('other').publicKey }),
      slashMessage(deployment, { ...order, reason: 'dataCompromise' }),
      slashMessage(deployment, { ...order, day: order.day - 1 }),
      slashMessage(deployment, { ...order, amount: 499n }),
      slashMessage(deployment, { ...order, evidenceHash: new Uint8Array(32) }),
      slashMessage(deployment, { ...order, setVersion: 2 }),
      slashMessage(deployment, { ...order, expiresAt: order.expiresAt + 1n }),
      slashMessage({ ...deployment, clusterTag: new Uint8Array(32) }, order),
      slashMessage({ ...deployment, ...other }, order),
    ];
    for (const message of messages) {
      const signatures = ed25519Instruction(
        canonicalData(
          market.oracles.slice(0, 2).map((key) => pairOf(key, message)),
          message,
        ),
      );
      const forged = { ...call, instructions: [signatures, ours] };
      await refused(market, 'WrongMessage', () => market.anyone.send(forged));
    }
  });

  describe('the signatures', () => {
    refusesForgedSignatures('staking', () => {
      const { market, node } = test;
      const { deployment, anyone } = market;
      const order = offence(market, 500n);
      const expiresAt = market.network.now() + 300n;
      const message = slashMessage(deployment, { ...order, node, setVersion: 1, expiresAt });
      const claim = (signers: readonly number[]) =>
        programInstruction(deployment, 'staking', 'slashByOracles', {
          args: { args: { offence: order, expiresAt, signers: Uint8Array.from(signers) } },
          accounts: {
            payer: anyone.payer,
            oracleSet: pda.oracle.oracleSet(deployment),
            node,
            rewardVault: pda.staking.rewardVault(deployment, node),
            slashCase: pda.staking.slashCase(deployment, node, order.reason, order.day),
          },
        });
      return Promise.resolve({ market, message, claim });
    });
  });

  it('refuses another account in the place of the oracle set', async () => {
    const { market, node } = test;
    const set = pda.oracle.oracleSet(market.deployment);
    const call = build();
    const { data } = market.network.getAccount(set)!;
    const address = testKeypair('fake set').publicKey;
    market.network.setAccount({ address, owner: market.deployment.programs.escrow, data });
    await refused(market, 'NotOracleSet', send(replaceAccount(call, set, address)));
    await refused(market, 'NotOracleSet', send(replaceAccount(call, set, node)));
  });

  it('goes on with the set in office after a rotation, and takes no order of the one before', async () => {
    const { market, node } = test;
    const members = [0, 1, 2].map((index) => testKeypair(`new oracle ${index}`));
    await market.admin.oracle.rotateMembers({ members: members.map((key) => key.publicKey) });
    market.warpBy(48 * 3_600);
    await market.anyone.oracle.applyRotation();
    await refused(market, 'WrongSignerKey', send(build()));
    await market.anyone.staking.slashByOracles({
      ...offence(market, 5n),
      node,
      signers: members.slice(0, 2),
    });
  });

  it('builds one canonical instruction of signatures', () => {
    const { market, node } = test;
    const order = { ...offence(market, 500n), node, setVersion: 1, expiresAt: market.network.now() + 300n };
    const message = slashMessage(market.deployment, order);
    const pairs = market.oracles.slice(0, 2).map((key) => pairOf(key, message));
    const given = pairs.map(({ signature }, index) => ({
      member: market.oracles[index]!.publicKey,
      signature,
    }));
    expect(quorumInstruction(message, given).data).to.deep.equal(canonicalData(pairs, message));
    const [signatures] = build().instructions;
    expect(signatures!.data).to.deep.equal(canonicalData(pairs, message));
  });
});
