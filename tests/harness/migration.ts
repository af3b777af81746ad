import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PublicKey } from '@solana/web3.js';
import { TOKEN_PROGRAM_ID, UPGRADEABLE_LOADER, createClient, type Client, type Transport } from '@ionet/sdk';
import { TestNetwork, readPrograms, setMint, testKeypair, upgradeableProgram } from '@ionet/sdk/testing';
import { parseConfig, type MigrationConfig } from '../../migrations/lib/config.js';
import { METADATA_PROGRAM } from '../../migrations/lib/metadata.js';
import { deploymentOf } from '../../migrations/lib/mint.js';
import { readAllocations } from '../../migrations/lib/allocations.js';

/** The real token metadata program, where somebody has fetched it. */
export const METADATA_BINARY = process.env['TOKEN_METADATA_PROGRAM'];

const address = (label: string): string => testKeypair(label).publicKey.toBase58();

/** A config as its file holds it. */
export function configJson(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    genesisHash: address('genesis'),
    deployer: address('deployer'),
    usdcMint: address('usdc'),
    price: { account: address('price account'), feedId: 'ab'.repeat(32) },
    metadata:
      METADATA_BINARY === undefined ? null : { name: 'IO', symbol: 'IO', uri: 'https://example.com/io.json' },
    roles: {
      multisig: address('multisig'),
      pauser: address('pauser'),
      guardian: address('guardian'),
      appealAuthority: address('appeal authority'),
      upgradeAuthority: address('upgrade council'),
      oracles: [0, 1, 2].map((index) => address(`oracle ${index}`)),
    },
    emission: {},
    allocations: Object.fromEntries(readAllocations().map(({ name }) => [name, address(name)])),
    deploymentFile: 'deployment.json',
    ...changes,
  };
}

/** A network on which nothing was migrated. */
export interface MigrationUnderTest {
  readonly config: MigrationConfig;
  readonly network: TestNetwork;
  readonly directory: string;
  /** The deployer, over the network or something that stands before it. */
  deployer(transport?: Transport): Client;
  client(label: string): Client;
}

let blank: Promise<{ readonly network: TestNetwork; readonly snapshot: Uint8Array }> | undefined;

async function makeBlank(): Promise<{ readonly network: TestNetwork; readonly snapshot: Uint8Array }> {
  const config = parseConfig(configJson(), '/');
  const network = new TestNetwork({
    deployment: await deploymentOf(config),
    programs: await readPrograms('artifacts'),
    upgradeAuthority: config.deployer,
  });
  if (METADATA_BINARY !== undefined) {
    const elf = readFileSync(METADATA_BINARY);
    for (const account of upgradeableProgram(METADATA_PROGRAM, elf, null)) network.setAccount(account);
  }
  const mintAuthority = testKeypair('usdc authority').publicKey;
  setMint(network, { address: config.usdcMint, decimals: 6, mintAuthority });
  for (const label of ['deployer', 'multisig', 'stranger']) {
    network.airdrop(testKeypair(label).publicKey, 1_000_000_000_000n);
  }
  return { network, snapshot: network.snapshot() };
}

/** Gives a suite a network with programs and USDC, as new before each test. Read the fields inside tests. */
export function useMigration(): MigrationUnderTest {
  const current: { network?: TestNetwork; directory?: string } = {};
  beforeEach(async () => {
    blank ??= makeBlank();
    const { network, snapshot } = await blank;
    network.restore(snapshot);
    current.network = network;
    current.directory = mkdtempSync(join(tmpdir(), 'migration-'));
  });
  afterEach(() => {
    rmSync(current.directory ?? '', { recursive: true });
  });
  const network = (): TestNetwork => {
    if (current.network === undefined) throw new Error('the network exists only inside tests');
    return current.network;
  };
  return {
    get network() {
      return network();
    },
    get directory() {
      return current.directory ?? '';
    },
    get config() {
      return parseConfig(configJson(), current.directory ?? '');
    },
    deployer(transport) {
      const client = network().client(testKeypair('deployer'));
      if (transport === undefined) return client;
      return clientOver(network(), transport);
    },
    client: (label) => network().client(testKeypair(label)),
  };
}

/** A client of the deployer whose transactions go through something that stands before the network. */
function clientOver(network: TestNetwork, transport: Transport): Client {
  return createClient({ transport, deployment: network.deployment, payer: testKeypair('deployer') });
}

/** All that a migration makes: accounts of the programs, tokens, mints, code and metadata, as text to compare. */
export async function allAccounts({
  network,
}: {
  readonly network: TestNetwork;
}): Promise<Map<string, string>> {
  const owners: PublicKey[] = [
    ...Object.values(network.deployment.programs),
    TOKEN_PROGRAM_ID,
    UPGRADEABLE_LOADER,
    METADATA_PROGRAM,
  ];
  const found = await Promise.all(owners.map((owner) => network.transport.getProgramAccounts(owner, [])));
  return new Map(
    found
      .flat()
      .map(({ address: at, owner, lamports, data }) => [
        at.toBase58(),
        `${owner.toBase58()} ${lamports.toString()} ${createHash('sha256').update(data).digest('hex')}`,
      ]),
  );
}

/** Writes a config file and gives its path. */
export function writeConfig(directory: string, json: unknown): string {
  const file = join(directory, 'config.json');
  writeFileSync(file, JSON.stringify(json));
  return file;
}
