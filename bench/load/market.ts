import {
  createTokenAccountInstruction,
  escrow,
  minimumStake,
  mintToInstruction,
  packCalls,
  pda,
  staking,
  tokenAddress,
  type Call,
  type Client,
} from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { createTransferInstruction } from '@solana/spl-token';
import { SystemProgram, type Keypair, type PublicKey } from '@solana/web3.js';
import { classIdOf } from '../../scripts/dev/market.js';
import { clientOf, readKey } from '../../scripts/dev/network.js';
import type { DevState, Place } from '../../scripts/dev/state.js';
import { inParallel } from '../../scripts/lib/in-parallel.js';
import type { Fleet } from '../../scripts/start/fleet.js';

/** A node that is registered, staked and offered. */
export interface LoadNode {
  readonly address: PublicKey;
  readonly owner: PublicKey;
  readonly id: number;
  readonly operator: Keypair;
}

/** The market under load: its nodes, and who hires them. */
export interface LoadMarket {
  readonly nodes: readonly LoadNode[];
  readonly buyers: readonly Keypair[];
}

const NODES_AN_OWNER = 100;
const BUYERS = 20;
const REGIONS = ['eu-north', 'eu-west', 'us-east', 'us-west', 'ap-northeast'] as const;
const SOL = 1_000_000_000n;
const OWNER_LAMPORTS = 20n * SOL;
const BUYER_LAMPORTS = 10n * SOL;
/** Base units: enough for all that one of them hires. */
const BUYER_IO = 10_000_00000000n;
const BUYER_USDC = 10_000_000000n;
const IN_FLIGHT = 24;
/** Neither simulated, nor priced by what others pay. */
const CHEAP = { computeUnitLimit: 1_400_000, computeUnitPrice: 0n };

const plain = (instructions: Call['instructions'], signers: Call['signers']): Call => ({
  instructions,
  signers,
  accounts: {},
});

/**
 * Registers, stakes and offers nodes, each with a key of its own and one device, and gives buyers money. As many calls
 * go together as fit into a transaction.
 */
export async function openLoadMarket(
  place: Place,
  state: DevState,
  fleet: Fleet,
  count: number,
  tell: (line: string) => void,
): Promise<LoadMarket> {
  const faucetKey = readKey(place.keypair('faucet'));
  const faucet = clientOf(state, faucetKey);
  const reserve = readKey(place.keypair('reserve'));
  const mintAuthority = readKey(place.keypair('mint-authority'));
  const { deployment, accounts } = faucet;
  const { ioMint, usdcMint } = deployment;
  const { baseStakePerDevice } = await accounts.staking.stakingConfig.fetch(pda.staking.config(deployment));
  const modelOf = (index: number) => {
    const model = fleet.hardware[index % fleet.hardware.length];
    if (model === undefined) throw new RangeError('the fleet has no models of hardware');
    return model;
  };
  const stakeOf = (index: number): bigint =>
    minimumStake(baseStakePerDevice, BigInt(modelOf(index).multiplierX100), 1n);
  const ownerOf = (index: number): Keypair => testKeypair(`load owner ${Math.floor(index / NODES_AN_OWNER)}`);
  const give = (to: PublicKey, lamports: bigint, io: bigint, usdc: bigint): Call =>
    plain(
      [
        SystemProgram.transfer({ fromPubkey: faucet.payer, toPubkey: to, lamports }),
        createTokenAccountInstruction(faucet.payer, ioMint, to),
        createTokenAccountInstruction(faucet.payer, usdcMint, to),
        createTransferInstruction(
          tokenAddress(ioMint, reserve.publicKey),
          tokenAddress(ioMint, to),
          reserve.publicKey,
          io,
        ),
        mintToInstruction(usdcMint, tokenAddress(usdcMint, to), mintAuthority.publicKey, usdc),
      ],
      [reserve, mintAuthority],
    );

  const buyers = Array.from({ length: BUYERS }, (_, index) => testKeypair(`load buyer ${index}`));
  const stakes = new Map<string, { owner: Keypair; amount: bigint }>();
  for (let index = 0; index < count; index += 1) {
    const owner = ownerOf(index);
    const known = stakes.get(owner.publicKey.toBase58())?.amount ?? 0n;
    stakes.set(owner.publicKey.toBase58(), { owner, amount: known + stakeOf(index) });
  }
  const gifts = [
    ...buyers.map(({ publicKey }) => give(publicKey, BUYER_LAMPORTS, BUYER_IO, BUYER_USDC)),
    ...[...stakes.values()].map(({ owner, amount }) => give(owner.publicKey, OWNER_LAMPORTS, amount, 0n)),
  ];
  await inParallel(IN_FLIGHT, packCalls(faucet.payer, gifts), async (calls) => {
    await faucet.send(calls, CHEAP);
  });
  tell(`${buyers.length} buyers and ${stakes.size} owners have their money`);

  const scheduler = readKey(place.keypair('scheduler')).publicKey;
  const clients = new Map<string, Client>();
  const nodes: LoadNode[] = [];
  const packs: { readonly client: Client; readonly calls: readonly Call[] }[] = [];
  for (const { owner } of stakes.values()) clients.set(owner.publicKey.toBase58(), clientOf(state, owner));
  for (const [address, client] of clients) {
    const calls: Call[] = [];
    for (let index = 0; index < count; index += 1) {
      if (ownerOf(index).publicKey.toBase58() !== address) continue;
      const model = modelOf(index);
      const operator = testKeypair(`load operator ${index}`);
      const node = pda.staking.node(deployment, client.payer, index);
      calls.push(
        staking.registerNode.call(client, {
          id: index,
          classId: classIdOf(fleet, model.name),
          deviceCount: 1,
          bandwidth: 'medium',
          region: REGIONS[index % REGIONS.length] ?? REGIONS[0],
          operator: operator.publicKey,
          scheduler,
        }),
        staking.stake.call(client, { node, amount: stakeOf(index) }),
        escrow.createOffer.call(client, { node, id: 0, terms: { price: model.referencePrice } }),
      );
      nodes.push({ address: node, owner: client.payer, id: index, operator });
    }
    for (const pack of packInOrder(client, calls)) packs.push({ client, calls: pack });
  }
  let sent = 0;
  await inParallel(IN_FLIGHT, packs, async ({ client, calls }) => {
    await client.send(calls, CHEAP);
    sent += 1;
    if (sent % 100 === 0) tell(`${sent} of ${packs.length} transactions of registrations, stakes and offers`);
  });
  return { nodes, buyers };
}

/** The calls of a node stay in one transaction: those of different transactions land in any order. */
function packInOrder(client: Client, calls: readonly Call[]): Call[][] {
  const CALLS_A_NODE = 3;
  const packed: Call[][] = [];
  for (let start = 0; start < calls.length; start += CALLS_A_NODE) {
    const ofNode = calls.slice(start, start + CALLS_A_NODE);
    const last = packed.at(-1);
    if (last !== undefined && packCalls(client.payer, [...last, ...ofNode]).length === 1)
      last.push(...ofNode);
    else packed.push(ofNode);
  }
  return packed;
}
