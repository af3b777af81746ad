import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { deriveAddress } from '../../sdk/src/derive.js';
import {
  ArgumentError,
  custom,
  localnet,
  pda,
  programConstant,
  programDataAddress,
  tokenAddress,
} from '@ionet/sdk';

const deployment = localnet();
const { programs } = deployment;
const owner = new PublicKey('7772D7TH5dyaQXdDDfQkLYWjCofYrUmMaw3A7eEvcJj5');

function derived(program: PublicKey, ...seeds: readonly (string | Uint8Array)[]): string {
  const bytes = seeds.map((seed) => (typeof seed === 'string' ? Buffer.from(seed) : seed));
  return PublicKey.findProgramAddressSync(bytes, program)[0].toBase58();
}

describe('pda', () => {
  it('derives every address from the seeds of the specification', () => {
    const key = owner.toBytes();
    const cases: [PublicKey, string][] = [
      [pda.staking.config(deployment), derived(programs.staking, 'config')],
      [pda.staking.class(deployment, 0x0102), derived(programs.staking, 'class', Uint8Array.of(2, 1))],
      [
        pda.staking.node(deployment, owner, 5),
        derived(programs.staking, 'node', key, Uint8Array.of(5, 0, 0, 0)),
      ],
      [pda.staking.stakeVault(deployment, owner), derived(programs.staking, 'stake_vault', key)],
      [pda.staking.rewardVault(deployment, owner), derived(programs.staking, 'reward_vault', key)],
      [
        pda.staking.delegation(deployment, owner, programs.escrow),
        derived(programs.staking, 'delegation', key, programs.escrow.toBytes()),
      ],
      [
        pda.staking.unbonding(deployment, owner, programs.escrow, 0x0102),
        derived(programs.staking, 'unbonding', key, programs.escrow.toBytes(), Uint8Array.of(2, 1, 0, 0)),
      ],
      [
        pda.staking.slashCase(deployment, owner, 'inadequateService', 20_000),
        derived(programs.staking, 'slash_case', key, Uint8Array.of(2), Uint8Array.of(0x20, 0x4e, 0, 0)),
      ],
      [pda.oracle.oracleSet(deployment), derived(programs.oracle, 'oracle_set')],
      [pda.oracle.jobUsage(deployment, owner), derived(programs.oracle, 'job_usage', key)],
      [pda.escrow.config(deployment), derived(programs.escrow, 'config')],
      [pda.escrow.offer(deployment, owner, 3), derived(programs.escrow, 'offer', key, Uint8Array.of(3, 0))],
      [pda.escrow.nodeLoad(deployment, owner), derived(programs.escrow, 'node_load', key)],
      [
        pda.escrow.job(deployment, owner, 2n ** 64n - 1n),
        derived(programs.escrow, 'job', key, new Uint8Array(8).fill(255)),
      ],
      [pda.escrow.jobVault(deployment, owner), derived(programs.escrow, 'job_vault', key)],
      [pda.emission.schedule(deployment), derived(programs.emission, 'schedule')],
      [pda.emission.pool(deployment, 'gpu'), derived(programs.emission, 'pool', Uint8Array.of(0))],
      [pda.emission.pool(deployment, 'cpu'), derived(programs.emission, 'pool', Uint8Array.of(1))],
      [pda.emission.poolVault(deployment, owner), derived(programs.emission, 'pool_vault', key)],
      [
        pda.emission.rewardAccount(deployment, owner, programs.escrow),
        derived(programs.emission, 'reward', key, programs.escrow.toBytes()),
      ],
      [pda.airdrop.config(deployment), derived(programs.airdrop, 'config')],
      [pda.airdrop.season(deployment, 7), derived(programs.airdrop, 'season', Uint8Array.of(7, 0, 0, 0))],
      [pda.airdrop.seasonVault(deployment, owner), derived(programs.airdrop, 'season_vault', key)],
      [
        pda.airdrop.shard(deployment, owner, 0x0102),
        derived(programs.airdrop, 'shard', key, Uint8Array.of(2, 1)),
      ],
      [pda.treasury.treasury(deployment), derived(programs.treasury, 'treasury')],
      [pda.treasury.feeVault(deployment, owner), derived(programs.treasury, 'fee_vault', key)],
      [pda.treasury.auction(deployment), derived(programs.treasury, 'auction')],
      [pda.treasury.receipts(deployment), derived(programs.treasury, 'receipts')],
      [pda.treasury.credits(deployment, owner), derived(programs.treasury, 'credits', key)],
    ];
    for (const [address, expected] of cases) expect(address.toBase58()).to.equal(expected);
    // None is left out; that of a pool is there for both pools.
    const functions = Object.values(pda).flatMap((addresses) => Object.keys(addresses));
    expect(cases.length).to.equal(functions.length + 1);
  });

  it('refuses ids that the seeds cannot hold', () => {
    expect(() => pda.staking.class(deployment, 65_536)).to.throw(ArgumentError);
    expect(() => pda.escrow.job(deployment, owner, -1n)).to.throw(ArgumentError);
  });

  it('follows the programs of the deployment', () => {
    const elsewhere = custom({ ...deployment, programs: { escrow: owner } });
    expect(pda.escrow.config(elsewhere).toBase58()).to.equal(derived(owner, 'config'));
    expect(elsewhere.programs.staking).to.deep.equal(programs.staking);
  });

  it('knows the addresses of the network’s own programs', () => {
    expect(programDataAddress(programs.escrow).toBase58()).to.equal(
      derived(new PublicKey('BPFLoaderUpgradeab1e11111111111111111111111'), programs.escrow.toBytes()),
    );
    // The associated token account of a wallet that is known from the main network.
    const usdc = new PublicKey('EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v');
    expect(tokenAddress(usdc, owner).toBase58()).to.equal(
      derived(
        new PublicKey('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL'),
        owner.toBytes(),
        new PublicKey('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA').toBytes(),
        usdc.toBytes(),
      ),
    );
  });
});

describe('programConstant', () => {
  it('reads the constants of the IDLs in their types', () => {
    expect(programConstant('escrow', 'MAX_HOURS')).to.equal(8_760);
    expect(programConstant('escrow', 'MAX_PRICE')).to.equal(1_000_000_000n);
    expect(Buffer.from(programConstant('oracle', 'JOB_USAGE_TAG')).toString()).to.equal('ionet:job-usage:');
  });
});

describe('deriveAddress', () => {
  it('gives the same addresses when asked again', () => {
    const nodes = (): string[] =>
      Array.from({ length: 40 }, (_, id) => pda.staking.node(deployment, owner, id).toBase58());
    const first = nodes();
    expect(new Set(first).size).to.equal(40);
    expect(nodes()).to.deep.equal(first);
  });

  it('tells seeds apart that are the same bytes cut in another place', () => {
    const [one, two] = [Uint8Array.of(1), Uint8Array.of(2)];
    const both = Uint8Array.of(1, 2);
    const derivedFrom = (seeds: Uint8Array[]): string => deriveAddress(programs.escrow, seeds).toBase58();
    // To the runtime these are one address; other lengths of the first seed must not be mistaken for it.
    expect(derivedFrom([one, two])).to.equal(derivedFrom([both]));
    expect(derivedFrom([both, both])).to.not.equal(derivedFrom([both, one]));
    expect(derivedFrom([both])).to.equal(
      PublicKey.findProgramAddressSync([both], programs.escrow)[0].toBase58(),
    );
  });
});
