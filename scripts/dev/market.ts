import {
  createTokenAccountInstruction,
  decodeMint,
  mergeCalls,
  minimumStake,
  mintToInstruction,
  pda,
  programConstant,
  staking,
  tokenAddress,
  type Call,
  type Client,
  type Price,
} from '@ionet/sdk';
import { PublicKey, SystemProgram } from '@solana/web3.js';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../start/fleet.js';
import { clientOf, readKey, setPrice } from './network.js';
import { DevError, type DevState, type Place } from './state.js';

const HOUR = 3_600n;
const SOL = 1_000_000_000n;
/** Pays the fees of a key for long. */
const FEE_LAMPORTS = 100n * SOL;
/** What an owner has beyond the stake of his nodes, in base units of IO. */
const POCKET_MONEY = 10_000_000_000n;
/** A thousandth of the price, far within what the programs accept. */
const CONFIDENCE_DIVISOR = 1_000n;
/** The fleet's models of hardware come after those that the network begins with. */
export const FIRST_CLASS = 100;
const POLL_MS = 50;
const REGISTRATION_MS = 60_000;
/** As many as surely fit into one transaction. */
const CALLS_AT_ONCE = 4;

/** The price of IO as it is published, until somebody sets another. */
export function scriptedPrice({ ioPrice }: Fleet): Price {
  return { ...ioPrice, conf: ioPrice.price / CONFIDENCE_DIVISOR };
}

/** The class of a model of the fleet. */
export function classIdOf({ hardware }: Fleet, model: string): number {
  return FIRST_CLASS + hardware.findIndex(({ name }) => name === model);
}

/** Sends calls, several in a transaction. */
async function sendAll(client: Client, calls: readonly Call[]): Promise<void> {
  for (let start = 0; start < calls.length; start += CALLS_AT_ONCE) {
    await client.send(mergeCalls(calls.slice(start, start + CALLS_AT_ONCE)));
  }
}

function plain(instructions: Call['instructions'], signers: Call['signers'] = []): Call {
  return { instructions, signers, accounts: {} };
}

/**
 * Puts on a fresh network what the fleet needs and seals the emission: all IO of the beginning exists, models of hardware
 * are classes, owners have what they stake. Where the emission is sealed all that has happened.
 */
export async function openMarket(place: Place, state: DevState, fleet: Fleet): Promise<void> {
  const admin = clientOf(state, readKey(place.keypair('admin')));
  const { deployment } = admin;
  await setPrice(state.rpcUrl, scriptedPrice(fleet));
  const { sealedAt } = await admin.accounts.emission.schedule.fetch(pda.emission.schedule(deployment));
  if (sealedAt !== 0n) return;
  const { baseStakePerDevice } = await admin.accounts.staking.stakingConfig.fetch(
    pda.staking.config(deployment),
  );

  const stakes = new Map<string, bigint>();
  for (const { ownerKeypair, name } of state.nodes) {
    const node = fleet.nodes.find((one) => one.name === name);
    const model = fleet.hardware.find((one) => one.name === node?.hardware);
    if (node === undefined || model === undefined) throw new DevError(`the fleet has no node ${name}`);
    const stake = minimumStake(baseStakePerDevice, BigInt(model.multiplierX100), BigInt(node.devices));
    stakes.set(ownerKeypair, (stakes.get(ownerKeypair) ?? POCKET_MONEY) + stake);
  }
  const mintAuthority = readKey(place.keypair('mint-authority'));
  const give = (owner: PublicKey, amount: bigint): Call =>
    plain(
      [
        createTokenAccountInstruction(admin.payer, deployment.ioMint, owner),
        mintToInstruction(
          deployment.ioMint,
          tokenAddress(deployment.ioMint, owner),
          mintAuthority.publicKey,
          amount,
        ),
        // Where the income of jobs in USDC goes.
        createTokenAccountInstruction(admin.payer, deployment.usdcMint, owner),
      ],
      [mintAuthority],
    );
  const classes = fleet.hardware.map(({ name, kind, multiplierX100, referencePrice }) =>
    staking.createClass.call(admin, {
      id: classIdOf(fleet, name),
      name,
      kind,
      multiplierX100,
      referencePrice,
    }),
  );
  const gifts = [...stakes].map(([file, amount]) => ({ owner: readKey(file).publicKey, amount }));
  // An opening that was interrupted has made some of it.
  const made = await admin.transport.getAccounts([
    ...classes.map(({ accounts }) => accounts.class),
    ...gifts.map(({ owner }) => tokenAddress(deployment.ioMint, owner)),
  ]);
  await sendAll(
    admin,
    [...classes, ...gifts.map(({ owner, amount }) => give(owner, amount))].filter(
      (_, index) => made[index] === null,
    ),
  );
  const supply = await supplyOf(admin);
  const reserve = readKey(place.keypair('reserve')).publicKey;
  await admin.send(give(reserve, programConstant('emission', 'INITIAL_SUPPLY') - supply));
  // From here on nobody but the emission can mint. Its epochs are the hours of the clock.
  const now = await admin.now();
  await admin.emission.sealSchedule({ preset: 'default', startsAt: now - (now % HOUR), mintAuthority });
}

async function supplyOf(client: Client): Promise<bigint> {
  const [account] = await client.transport.getAccounts([client.deployment.ioMint]);
  const mint = account == null ? null : decodeMint(account.data);
  if (mint === null) throw new DevError('the network has no mint of IO');
  return mint.supply;
}

/** Gives SOL to the keys of nodes and of the scheduler that have none. */
export async function fundKeys(place: Place, state: DevState): Promise<void> {
  const faucet = clientOf(state, readKey(place.keypair('faucet')));
  const files = state.nodes.flatMap(({ ownerKeypair, operatorKeypair }) => [ownerKeypair, operatorKeypair]);
  const keys = [...new Set([...files, place.keypair('scheduler')])]
    .filter((file) => existsSync(file))
    .map((file) => readKey(file).publicKey);
  const accounts = await faucet.transport.getAccounts(keys);
  const poor = keys.filter((_, index) => (accounts[index]?.lamports ?? 0n) < SOL);
  await sendAll(
    faucet,
    poor.map((toPubkey) =>
      plain([SystemProgram.transfer({ fromPubkey: faucet.payer, toPubkey, lamports: FEE_LAMPORTS })]),
    ),
  );
}

/** Waits until the agents have registered and staked their nodes, and offers their devices at the fleet's prices. */
export async function openOffers(state: DevState, fleet: Fleet, signal?: AbortSignal): Promise<void> {
  await Promise.all(
    state.nodes.map(async ({ name, address, operatorKeypair }) => {
      const operator = clientOf(state, readKey(operatorKeypair));
      const node = new PublicKey(address);
      const began = performance.now();
      for (;;) {
        signal?.throwIfAborted();
        const account = await operator.accounts.staking.node.fetchMaybe(node);
        if (account !== null && account.ownStake >= account.minimumStake) break;
        if (performance.now() - began > REGISTRATION_MS) {
          throw new DevError(`the agent of ${name} has not registered its node: see its log`);
        }
        await sleep(POLL_MS);
      }
      const offer = pda.escrow.offer(operator.deployment, node, 0);
      if ((await operator.accounts.escrow.offer.fetchMaybe(offer)) !== null) return;
      const price = fleet.nodes.find((one) => one.name === name)?.price ?? 0n;
      await operator.escrow.createOffer({ node, id: 0, terms: { price } });
    }),
  );
}
