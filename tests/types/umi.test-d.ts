/** The umi face: what must compile, and what must not; read by the compiler only. */
import type {
  KeypairSigner,
  PublicKey as UmiPublicKey,
  TransactionBuilder,
  Umi,
} from '@metaplex-foundation/umi';
import type { PublicKey } from '@solana/web3.js';
import type { AccountData, Client } from '@ionet/sdk';
import { ionet, type IonetUmiError, type UmiProgramName } from '@ionet/sdk/umi';

declare const umi: Umi;
declare const key: UmiPublicKey;
declare const web3Key: PublicKey;
declare const signer: KeypairSigner;
declare const client: Client;

export async function builders(): Promise<void> {
  const order = { offer: key, devices: 8, hours: 24, payment: 'usdc', maxTotal: 1n } as const;
  const built: TransactionBuilder = umi.ionet.escrow.bookJob({ ...order, id: 1n, node: key, buyer: signer });
  const prepared: TransactionBuilder = await umi.ionet.escrow.bookJob.prepare(order);
  umi.ionet.escrow.closeJob({ job: web3Key });
  umi.ionet.treasury.burnIoFees();
  void [built, prepared];

  // @ts-expect-error building at once needs the node and the id
  umi.ionet.escrow.bookJob(order);
  // @ts-expect-error an amount is a bigint
  umi.ionet.escrow.bookJob({ ...order, id: 1n, node: key, maxTotal: 1 });
  // @ts-expect-error there is no such payment
  umi.ionet.escrow.bookJob({ ...order, id: 1n, node: key, payment: 'sol' });
  // @ts-expect-error there is no such argument
  umi.ionet.escrow.closeJob({ job: key, reason: 'none' });
  // @ts-expect-error an address is none of the things that umi takes for one
  umi.ionet.escrow.closeJob({ job: 1 });
  // @ts-expect-error there is no such action
  void umi.ionet.escrow.stealJob;
  // @ts-expect-error a builder is no promise of one
  void umi.ionet.treasury.burnIoFees().then;
}

export async function reading(): Promise<void> {
  const job = await umi.ionet.accounts.escrow.job.fetch(web3Key);
  const data: AccountData<'escrow', 'job'> = job;
  // @ts-expect-error there is no such field
  void job.seller;
  void data;
}

export function plugin(): void {
  umi.use(ionet(client.deployment));
  // @ts-expect-error the plugin needs to know where the programs are
  umi.use(ionet());
  const name: UmiProgramName = 'ionetEscrow';
  // @ts-expect-error there is no such program
  const other: UmiProgramName = 'ionetLending';
  void [name, other];
}

export function failure(error: IonetUmiError): void {
  const [remedy, code]: [string, number] = [error.remedy, error.code];
  // @ts-expect-error the remedy is read only
  error.remedy = 'none';
  void [remedy, code];
}
