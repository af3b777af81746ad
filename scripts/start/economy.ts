import { createClient, localnet, pda, tokenAddress, type Client, type Price } from '@ionet/sdk';
import { TestNetwork, mintTokens, readPrograms, setMint, setPrice, testKeypair } from '@ionet/sdk/testing';
import type { Keypair, PublicKey } from '@solana/web3.js';
import { fileURLToPath } from 'node:url';
import type { Fleet, FleetNode } from './fleet.js';
import type { Role } from './identities.js';
import { Ledger, readHoldings, type Holdings } from './ledger.js';
import { BUYERS, openingBalance, planJobs, type PlannedJob } from './plan.js';

const ARTIFACTS = fileURLToPath(new URL('../../artifacts', import.meta.url));
/** The run begins at this hour of the chain's clock: 1 July 2024, 00:00 UTC. */
export const STARTS_AT = 1_719_792_000n;
const SOL = 1_000_000_000n;
/** All IO when the emission begins, in base units. */
const INITIAL_SUPPLY = 50_000_000_000_000_000n;
/** What an owner has beyond the stake of his nodes, in base units of IO. */
const POCKET_MONEY = 10_000_000_000n;
/** A thousandth of the price, far within what the programs accept. */
const CONFIDENCE_DIVISOR = 1_000n;

/** A node of the fleet on chain. */
export interface NodeInPlay extends FleetNode {
  readonly address: PublicKey;
  readonly offer: PublicKey;
  readonly minimumStake: bigint;
  readonly ownerClient: Client;
  readonly operator: Client;
}

/** Who and what the token accounts are. */
export class Names {
  readonly #entries = new Map<string, { readonly name: string; readonly role: Role }>();

  add(account: PublicKey, name: string, role: Role): void {
    this.#entries.set(account.toBase58(), { name, role });
  }

  nameOf(address: string): string {
    return this.#entries.get(address)?.name ?? address;
  }

  roleOf = (address: string): Role => this.#entries.get(address)?.role ?? 'unknown';
}

/** A small marketplace, with everybody in it. */
export interface Economy {
  readonly fleet: Fleet;
  readonly network: TestNetwork;
  readonly ledger: Ledger;
  readonly names: Names;
  readonly jobs: readonly PlannedJob[];
  readonly nodes: readonly NodeInPlay[];
  readonly buyers: ReadonlyMap<string, Client>;
  readonly oracles: readonly Keypair[];
  readonly admin: Client;
  /** Holds the IO that nobody else has at the beginning. */
  readonly reserve: Keypair;
  /** Has nothing to do with anything: whoever likes may settle, report, expire and burn. */
  readonly anyone: Client;
  /** All tokens when everybody had his opening balance and nothing else had happened. */
  readonly opening: Holdings;
}

/** Builds the marketplace of a fleet: mints, programs, hardware, nodes with stake and offers, buyers with money. */
export async function openEconomy(fleet: Fleet): Promise<Economy> {
  const deployment = localnet();
  const adminKey = testKeypair('admin');
  const network = new TestNetwork({
    deployment,
    programs: await readPrograms(ARTIFACTS),
    upgradeAuthority: adminKey.publicKey,
    startsAt: STARTS_AT,
  });
  const ledger = new Ledger(deployment, network.transport);
  const names = new Names();
  const client = (payer: Keypair): Client => {
    network.airdrop(payer.publicKey, 100n * SOL);
    return createClient({ transport: ledger.transport, deployment, payer });
  };
  const { ioMint, usdcMint } = deployment;
  const mintAuthority = testKeypair('mint authority');
  setMint(network, { address: ioMint, decimals: 8, mintAuthority: mintAuthority.publicKey });
  setMint(network, { address: usdcMint, decimals: 6, mintAuthority: mintAuthority.publicKey });
  const fund = async (
    owner: PublicKey,
    name: string,
    role: Role,
    io: bigint,
    usdc: bigint,
  ): Promise<void> => {
    for (const [mint, amount] of [
      [ioMint, io],
      [usdcMint, usdc],
    ] as const) {
      names.add(tokenAddress(mint, owner), name, role);
      await mintTokens(admin, { mint, mintAuthority, owner, amount });
    }
  };

  const admin = client(adminKey);
  const oracles = [0, 1, 2].map((index) => testKeypair(`oracle ${index}`));
  await admin.treasury.initialize();
  await admin.staking.initialize();
  await admin.oracle.initialize({ members: oracles.map(({ publicKey }) => publicKey) });
  await admin.escrow.initialize();
  await admin.emission.initialize({
    members: oracles.map(({ publicKey }) => publicKey),
    guardian: admin.payer,
  });
  await admin.airdrop.initialize();
  for (const [id, { name, kind, multiplierX100, referencePrice }] of fleet.hardware.entries()) {
    await admin.staking.createClass({ id, name, kind, multiplierX100, referencePrice });
  }
  for (const mint of [ioMint, usdcMint]) {
    names.add(pda.treasury.feeVault(deployment, mint), 'fee vault', 'feeVault');
  }

  const jobs = planJobs(fleet);
  const buyers = new Map<string, Client>();
  for (const name of BUYERS) {
    const buyer = client(testKeypair(`buyer ${name}`));
    buyers.set(name, buyer);
    const [io, usdc] = (['io', 'usdc'] as const).map((payment) => openingBalance(fleet, jobs, name, payment));
    await fund(buyer.payer, name, 'buyer', io ?? 0n, usdc ?? 0n);
  }

  const owners = new Map<string, Client>();
  const registered: Omit<NodeInPlay, 'offer'>[] = [];
  for (const [id, node] of fleet.nodes.entries()) {
    const ownerClient = owners.get(node.owner) ?? client(testKeypair(`owner ${node.owner}`));
    owners.set(node.owner, ownerClient);
    const operator = client(testKeypair(`operator ${node.name}`));
    const { accounts } = await ownerClient.staking.registerNode({
      id,
      classId: fleet.hardware.findIndex(({ name }) => name === node.hardware),
      deviceCount: node.devices,
      bandwidth: node.bandwidth,
      region: node.region,
      operator: operator.payer,
    });
    names.add(accounts.stakeVault, `stake of ${node.name}`, 'stakeVault');
    const { minimumStake } = await ownerClient.accounts.staking.node.fetch(accounts.node);
    registered.push({ ...node, address: accounts.node, minimumStake, ownerClient, operator });
  }
  for (const [name, owner] of owners) {
    const stake = registered
      .filter((node) => node.owner === name)
      .reduce((sum, { minimumStake }) => sum + minimumStake, 0n);
    await fund(owner.payer, name, 'owner', stake + POCKET_MONEY, 0n);
  }
  const reserve = testKeypair('reserve');
  const { supply } = await readHoldings(network.transport, deployment);
  await fund(reserve.publicKey, 'reserve', 'reserve', INITIAL_SUPPLY - supply.io, 0n);
  // From here on nobody but the emission can mint.
  await admin.emission.sealSchedule({ preset: 'default', startsAt: STARTS_AT, mintAuthority });
  const opening = await readHoldings(network.transport, deployment);

  const nodes: NodeInPlay[] = [];
  for (const node of registered) {
    await node.ownerClient.staking.stake({ node: node.address, amount: node.minimumStake });
    const { accounts } = await node.operator.escrow.createOffer({
      node: node.address,
      id: 0,
      terms: { price: node.price },
    });
    nodes.push({ ...node, offer: accounts.offer });
  }
  const anyone = client(testKeypair('anyone'));
  return { fleet, network, ledger, names, jobs, nodes, buyers, oracles, admin, reserve, anyone, opening };
}

/** Publishes a price of IO so many percent above the fleet's, as of now. */
export function publishPrice({ fleet, network }: Economy, percent: bigint): Price {
  const { price: base, exponent } = fleet.ioPrice;
  const price = (base * (100n + percent)) / 100n;
  const published = { price, conf: price / CONFIDENCE_DIVISOR, exponent };
  setPrice(network, { ...published, publishTime: network.now() });
  return published;
}
