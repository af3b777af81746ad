/**
 * The page of the dApp: hires for a day and shows what came of it. What a real page asks of its user, and of his
 * wallet, stands behind the `#` of the address: `rpc` (where the network is), `offer`, `budget` in USDC, and `key`, the
 * secret key of a wallet with test money, as a JSON list of its bytes.
 */
import { connectionTransport, createClient, localnet, parseUsdc } from '@ionet/sdk';
import { Connection, Keypair, PublicKey } from '@solana/web3.js';
import { hire } from '../src/hire.js';

const HOURS = 24;

async function answer(settings: URLSearchParams): Promise<string> {
  const client = createClient({
    transport: connectionTransport(new Connection(settings.get('rpc') ?? '', 'confirmed')),
    payer: Keypair.fromSecretKey(Uint8Array.from(JSON.parse(settings.get('key') ?? '[]') as number[])),
    deployment: localnet(),
  });
  const offer = new PublicKey(settings.get('offer') ?? '');
  const hired = await hire(client, offer, HOURS, parseUsdc(settings.get('budget') ?? ''));
  if (hired.kind === 'tooDear') return `too dear: it costs ${hired.asked} USDC`;
  const { state } = await client.accounts.escrow.job.fetch(hired.job);
  return `${state} for ${hired.paid} USDC: ${hired.job.toBase58()}`;
}

const output = document.querySelector('#answer');
if (output !== null) {
  try {
    output.textContent = await answer(new URLSearchParams(location.hash.slice(1)));
  } catch (error) {
    output.textContent = `failed: ${String(error)}`;
  }
}
