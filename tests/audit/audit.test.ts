import { expect } from 'chai';
import {
  MINT_LAYOUT,
  TOKEN_PROGRAM_ID,
  fetchAccount,
  pda,
  programDataAddress,
  programNames,
  type AccountData,
  type AccountName,
  type ProgramName,
} from '@ionet/sdk';
import { changeTokenAccount, setMint, testKeypair, tokenSupply } from '@ionet/sdk/testing';
import type { PublicKey } from '@solana/web3.js';
import { IDENTITIES, audit, auditBooks } from '../../scripts/audit/audit.js';
import { readBooks } from '../../scripts/audit/books.js';
import { changeAccount } from '../harness/accounts.js';
import { useAuditedWorld, type AuditedWorld } from '../harness/audited-world.js';
import { setUpgradeAuthority } from '../harness/bare-market.js';

const STRANGER = testKeypair('a stranger').publicKey;

describe('the audit', () => {
  const test = useAuditedWorld();

  /** The identities that are refuted, each with its culprits. */
  async function refuted(roles = test.world.roles as AuditedWorld['roles'] | null) {
    const books = await readBooks(test.world.market.anyone, roles);
    const culprits = auditBooks(books).map(
      ({ identity, findings }) => [identity.name, findings.map(({ account }) => account)] as const,
    );
    return new Map(culprits.filter(([, accounts]) => accounts.length > 0));
  }

  /** Exactly this identity is refuted, and this account is named. */
  async function expectCulprit(identity: string, account: PublicKey): Promise<void> {
    const found = await refuted();
    expect([...found.keys()]).to.deep.equal([identity]);
    expect(found.get(identity)).to.include(account.toBase58());
  }

  async function change<P extends ProgramName, N extends AccountName<P>>(
    program: P,
    name: N,
    address: PublicKey,
    make: (before: AccountData<P, N>) => Partial<AccountData<P, N>>,
  ): Promise<void> {
    const { market } = test.world;
    const before = await fetchAccount(market.network, program, name, address);
    await changeAccount(market, program, name, address, make(before));
  }

  const network = () => test.world.market.network;
  const deployment = () => test.world.market.deployment;
  const take = (vault: PublicKey): void => {
    const before = network().getAccount(vault)!;
    const held = Buffer.from(before.data).readBigUInt64LE(64);
    changeTokenAccount(network(), vault, { amount: held - 1n });
  };

  it('proves everything where everything is right', async () => {
    const books = await readBooks(test.world.market.anyone, test.world.roles);
    for (const { identity, examined, findings } of auditBooks(books)) {
      expect(findings, identity.name).to.deep.equal([]);
      expect(examined, identity.name).to.be.greaterThan(0);
    }
    expect(IDENTITIES).to.have.length(16);
  });

  it('shows what others burned as the difference', async () => {
    const { ioMint } = deployment();
    const found = async (): Promise<bigint> => {
      const books = await readBooks(test.world.market.anyone, test.world.roles);
      const supply = auditBooks(books).find(({ identity }) => identity.name === 'supply')!;
      return supply.figures.find(({ label }) => label.startsWith('burned by others'))!.amount;
    };
    const before = await found();
    const { data, owner, lamports, address } = network().getAccount(ioMint)!;
    const burned = Buffer.from(data);
    burned.writeBigUInt64LE(tokenSupply(network(), ioMint) - 777n, MINT_LAYOUT.supply);
    network().setAccount({ address, owner, lamports, data: burned });
    expect(await found()).to.equal(before + 777n);
    expect(await refuted()).to.deep.equal(new Map());
  });

  it('finds a single base unit of IO that was minted beside the schedule', async () => {
    const { ioMint } = deployment();
    const schedule = pda.emission.schedule(deployment());
    const minted = { address: ioMint, decimals: 8, mintAuthority: schedule };
    const { treasury, emission } = (await readBooks(test.world.market.anyone, null)).accounts;
    const most = 50_000_000_000_000_000n + emission.schedule[0]!.totalMinted - treasury.treasury[0]!.ioBurned;
    setMint(network(), { ...minted, supply: most });
    expect(await refuted()).to.deep.equal(new Map());
    setMint(network(), { ...minted, supply: most + 1n });
    await expectCulprit('supply', ioMint);
  });

  it('finds minted IO of which the pools know nothing', async () => {
    const schedule = pda.emission.schedule(deployment());
    await change('emission', 'schedule', schedule, ({ totalMinted }) => ({ totalMinted: totalMinted - 1n }));
    const found = await refuted();
    expect(found.get('emission')).to.deep.equal([schedule.toBase58()]);
  });

  it('finds more minted than the schedule allows', async () => {
    const schedule = pda.emission.schedule(deployment());
    await change('emission', 'schedule', schedule, ({ startsAt }) => ({ startsAt: startsAt + 100_000n }));
    await expectCulprit('emission', schedule);
  });

  it('finds a pool that cannot pay, has paid too much, or promises more than was released', async () => {
    const pool = pda.emission.pool(deployment(), 'gpu');
    const blank = test.world.market.snapshot();
    const again = (): void => {
      test.world.market.restore(blank);
    };
    take(pda.emission.poolVault(deployment(), pool));
    await expectCulprit('reward pools', pda.emission.poolVault(deployment(), pool));
    again();
    const account = pda.emission.rewardAccount(deployment(), pool, testKeypair('node a').publicKey);
    await change('emission', 'rewardAccount', account, ({ claimed }) => ({ claimed: claimed + 1n }));
    await expectCulprit('reward pools', pool);
    again();
    await change('emission', 'pool', pool, ({ finalRoots, released }) => ({
      finalRoots: finalRoots.map((root) => ({ ...root, total: released + 1n })),
    }));
    await expectCulprit('reward pools', pool);
    again();
    await change('emission', 'pool', pool, ({ released }) => ({ released: released - 1n }));
    await expectCulprit('reward pools', pool);
  });

  it('finds a job whose vault is short, is another’s, or can be emptied', async () => {
    const { market, running } = test.world;
    const vault = pda.escrow.jobVault(deployment(), running);
    const blank = market.snapshot();
    take(vault);
    await expectCulprit('job vaults', vault);
    market.restore(blank);
    changeTokenAccount(network(), vault, { owner: STRANGER });
    await expectCulprit('job vaults', vault);
    market.restore(blank);
    approveStranger(vault);
    await expectCulprit('job vaults', vault);
    market.restore(blank);
    network().setAccount({ address: vault, owner: STRANGER, data: new Uint8Array(165) });
    await expectCulprit('job vaults', vault);
    market.restore(blank);
    await change('escrow', 'job', running, ({ paidToNode }) => ({ paidToNode: paidToNode - 1n }));
    await expectCulprit('job vaults', vault);
  });

  it('finds a closed job that owes something else than it says', async () => {
    const { booked } = test.world;
    await change('escrow', 'job', booked, ({ refunded }) => ({ refunded: refunded + 1n }));
    await expectCulprit('job vaults', booked);
  });

  it('finds a node that is said to be busier, or less busy, than its jobs', async () => {
    const { market, node, spareNode } = test.world;
    const load = pda.escrow.nodeLoad(deployment(), node);
    const blank = market.snapshot();
    for (const wrong of [{ devicesBusy: 5 }, { devicesBusy: 9 }, { jobs: 4 }, { offers: 1 }]) {
      market.restore(blank);
      await change('escrow', 'nodeLoad', load, () => wrong);
      await expectCulprit('node loads', load);
    }
    market.restore(blank);
    await change('escrow', 'job', test.world.running, () => ({ node: spareNode }));
    const found = await refuted();
    expect([...found.keys()]).to.deep.equal(['node loads']);
    expect(found.get('node loads')).to.include.members([
      load.toBase58(),
      pda.escrow.nodeLoad(deployment(), spareNode).toBase58(),
    ]);
  });

  it('finds a stake vault that is short, and a case that nothing stands behind', async () => {
    const { market, spareNode, slashCase } = test.world;
    const vault = pda.staking.stakeVault(deployment(), spareNode);
    const blank = market.snapshot();
    take(vault);
    await expectCulprit('stake vaults', vault);
    market.restore(blank);
    await change('staking', 'slashCase', slashCase, ({ own }) => ({
      own: { ...own, amount: own.amount + 1n },
    }));
    await expectCulprit('stake vaults', spareNode);
  });

  it('finds shares that nobody has, and those that two have', async () => {
    const { market, node, undelegation, unstake, spareNode } = test.world;
    const delegation = pda.staking.delegation(deployment(), node, market.buyer.payer);
    const blank = market.snapshot();
    await change('staking', 'unbonding', undelegation, ({ shares }) => ({ shares: shares + 1n }));
    await expectCulprit('stake shares', node);
    market.restore(blank);
    await change('staking', 'unbonding', unstake, ({ shares }) => ({ shares: shares - 1n }));
    await expectCulprit('stake shares', spareNode);
    market.restore(blank);
    await change('staking', 'delegation', delegation, ({ position }) => ({
      position: { ...position, earningShares: position.earningShares + 1n },
    }));
    await expectCulprit('stake shares', node);
    market.restore(blank);
    await change('staking', 'node', node, ({ own }) => ({ own: { ...own, shares: own.shares + 1n } }));
    await expectCulprit('stake shares', node);
    market.restore(blank);
    await change('staking', 'node', node, ({ delegations }) => ({ delegations: delegations + 1 }));
    await expectCulprit('stake shares', node);
  });

  it('finds rewards that are not there', async () => {
    const { market, node } = test.world;
    const vault = pda.staking.rewardVault(deployment(), node);
    const blank = market.snapshot();
    take(vault);
    await expectCulprit('reward vaults', vault);
    market.restore(blank);
    await change('staking', 'node', node, ({ unpaidRewards }) => ({ ownerRewards: unpaidRewards + 1n }));
    await expectCulprit('reward vaults', node);
  });

  it('finds a fee vault that is another’s, and a lot that is not there', async () => {
    const { market } = test.world;
    const io = pda.treasury.feeVault(deployment(), deployment().ioMint);
    const usdc = pda.treasury.feeVault(deployment(), deployment().usdcMint);
    const auction = pda.treasury.auction(deployment());
    const blank = market.snapshot();
    changeTokenAccount(network(), io, { owner: STRANGER });
    await expectCulprit('fee vaults', io);
    market.restore(blank);
    changeTokenAccount(network(), usdc, { amount: 0n });
    await expectCulprit('fee vaults', usdc);
    market.restore(blank);
    await change('treasury', 'auction', auction, ({ lot }) => ({ left: lot + 1n }));
    await expectCulprit('fee vaults', auction);
  });

  it('finds a receipt that is missing or forged', async () => {
    const { market } = test.world;
    const receipts = pda.treasury.receipts(deployment());
    const auction = pda.treasury.auction(deployment());
    const blank = market.snapshot();
    await change('treasury', 'auction', auction, ({ fills }) => ({ fills: fills + 1n }));
    await expectCulprit('receipts', receipts);
    market.restore(blank);
    await change('treasury', 'auction', auction, ({ usdcSold }) => ({ usdcSold: usdcSold + 1n }));
    await expectCulprit('receipts', auction);
    market.restore(blank);
    // The amount of the second receipt: its place in the account is fixed.
    const { data, owner, lamports, address } = network().getAccount(receipts)!;
    const forged = Buffer.from(data);
    const at = 8 + 16 + 96 + 40;
    forged.writeBigUInt64LE(forged.readBigUInt64LE(at) + 1n, at);
    network().setAccount({ address, owner, lamports, data: forged });
    await expectCulprit('receipts', receipts);
  });

  it('finds credits that somebody else could move', async () => {
    const credits = pda.treasury.credits(deployment(), test.world.market.buyer.payer);
    approveStranger(credits);
    await expectCulprit('credits', credits);
  });

  it('finds a season that cannot pay, and a claim that is not marked', async () => {
    const { market, season } = test.world;
    const blank = market.snapshot();
    take(season.vault);
    await expectCulprit('airdrop seasons', season.vault);
    market.restore(blank);
    const shard = pda.airdrop.shard(deployment(), season.address, 0);
    const { data, owner, lamports, address } = network().getAccount(shard)!;
    const cleared = Uint8Array.from(data);
    cleared[data.length - 1] = 0;
    network().setAccount({ address, owner, lamports, data: cleared });
    await expectCulprit('airdrop seasons', season.address);
    market.restore(blank);
    await change('airdrop', 'season', season.address, ({ openShards }) => ({ openShards: openShards + 1 }));
    await expectCulprit('airdrop seasons', season.address);
  });

  it('finds whoever holds a role that is not his', async () => {
    const { market } = test.world;
    const blank = market.snapshot();
    const config = pda.staking.config(deployment());
    for (const make of [
      (governance: Governance) => ({ ...governance, admin: STRANGER }),
      (governance: Governance) => ({ ...governance, pendingAdmin: STRANGER }),
      (governance: Governance) => ({ ...governance, pauser: STRANGER }),
    ]) {
      market.restore(blank);
      await change('staking', 'stakingConfig', config, ({ governance }) => ({
        governance: make(governance),
      }));
      await expectCulprit('roles', config);
    }
    market.restore(blank);
    await change('staking', 'stakingConfig', config, () => ({ appealAuthority: STRANGER }));
    await expectCulprit('roles', config);
    market.restore(blank);
    const schedule = pda.emission.schedule(deployment());
    await change('emission', 'schedule', schedule, ({ governance }) => ({
      governance: { ...governance, pauser: STRANGER },
    }));
    await expectCulprit('roles', schedule);
  });

  it('finds, without a deployment file, an admin who is another than the others', async () => {
    const config = pda.escrow.config(deployment());
    await change('escrow', 'escrowConfig', config, ({ governance }) => ({
      governance: { ...governance, admin: STRANGER },
    }));
    expect([...(await refuted(null)).keys()]).to.deep.equal(['roles']);
  });

  it('finds who could mint or freeze IO, or upgrade a program', async () => {
    const { market } = test.world;
    const { ioMint } = deployment();
    const blank = market.snapshot();
    const supply = tokenSupply(network(), ioMint);
    const schedule = pda.emission.schedule(deployment());
    setMint(network(), { address: ioMint, decimals: 8, mintAuthority: STRANGER, supply });
    await expectCulprit('authorities', ioMint);
    setMint(network(), {
      address: ioMint,
      decimals: 8,
      mintAuthority: schedule,
      freezeAuthority: STRANGER,
      supply,
    });
    await expectCulprit('authorities', ioMint);
    for (const name of programNames) {
      market.restore(blank);
      setUpgradeAuthority(market, name, STRANGER);
      await expectCulprit('authorities', programDataAddress(deployment().programs[name]));
    }
    market.restore(blank);
    setUpgradeAuthority(market, 'oracle', null);
    await expectCulprit('authorities', programDataAddress(deployment().programs.oracle));
  });

  it('finds a program that means another mint, price or network', async () => {
    const { market } = test.world;
    const blank = market.snapshot();
    const treasury = pda.treasury.treasury(deployment());
    const escrow = pda.escrow.config(deployment());
    const oracle = pda.oracle.oracleSet(deployment());
    await change('treasury', 'treasury', treasury, () => ({ priceFeedId: new Uint8Array(32) }));
    await expectCulprit('configs', treasury);
    market.restore(blank);
    await change('treasury', 'treasury', treasury, () => ({ priceAccount: STRANGER }));
    await expectCulprit('configs', treasury);
    market.restore(blank);
    await change('escrow', 'escrowConfig', escrow, () => ({ usdcFeeVault: STRANGER }));
    await expectCulprit('configs', escrow);
    market.restore(blank);
    await change('oracle', 'oracleSet', oracle, () => ({ clusterTag: new Uint8Array(32) }));
    await expectCulprit('configs', oracle);
  });

  it('finds an account of which nobody knows what it is', async () => {
    const data = new Uint8Array(64).fill(9);
    network().setAccount({ address: STRANGER, owner: deployment().programs.staking, data });
    await expectCulprit('known accounts', STRANGER);
  });

  it('forgives what was wrong only while it looked', async () => {
    const { market, running } = test.world;
    const vault = pda.escrow.jobVault(deployment(), running);
    const { anyone } = market;
    const right = market.snapshot();
    take(vault);
    let reads = 0;
    const transport: typeof anyone.transport = {
      ...anyone.transport,
      getProgramAccounts(program, filters) {
        if (program.equals(TOKEN_PROGRAM_ID) && (reads += 1) === 1) {
          queueMicrotask(() => {
            market.restore(right);
          });
        }
        return anyone.transport.getProgramAccounts(program, filters);
      },
    };
    const audited = await audit({ ...anyone, transport }, test.world.roles, 2);
    expect(reads).to.equal(2);
    expect(audited.flatMap(({ findings }) => findings)).to.deep.equal([]);
    take(vault);
    const persistent = await audit(anyone, test.world.roles, 3);
    expect(persistent.flatMap(({ findings }) => findings)).to.have.length(1);
  });

  type Governance = AccountData<'staking', 'stakingConfig'>['governance'];

  /** Writes a delegate into a token account, as an approval would. */
  function approveStranger(account: PublicKey): void {
    const { data, owner, lamports, address } = network().getAccount(account)!;
    const approved = Buffer.from(data);
    approved.writeUInt32LE(1, 72);
    approved.set(STRANGER.toBytes(), 76);
    approved.writeBigUInt64LE(1n, 121);
    network().setAccount({ address, owner, lamports, data: approved });
  }
});
