/** What must compile, and what must not; read by the compiler only. */
import type { PublicKey } from '@solana/web3.js';
import { escrow, isProgramError, treasury, type CallContext, type Client } from '@ionet/sdk';
import { expectError } from '@ionet/sdk/testing';

declare const client: Client;
declare const context: CallContext;
declare const key: PublicKey;

export async function actions(): Promise<void> {
  const { accounts } = await client.escrow.bookJob({
    offer: key,
    devices: 8,
    hours: 24,
    payment: 'usdc',
    maxTotal: 1n,
  });
  const job: PublicKey = accounts.job;
  // @ts-expect-error the accounts of a call are named
  void accounts.nothing;
  // @ts-expect-error an amount is a bigint
  await client.escrow.bookJob({ offer: key, devices: 8, hours: 24, payment: 'usdc', maxTotal: 1 });
  // @ts-expect-error there is no such payment
  await client.escrow.bookJob({ offer: key, devices: 8, hours: 24, payment: 'sol', maxTotal: 1n });
  // @ts-expect-error the most to pay must be named
  await client.escrow.bookJob({ offer: key, devices: 8, hours: 24, payment: 'usdc' });
  // @ts-expect-error there is no such argument
  await client.escrow.endJob({ job, reason: 'none' });

  await client.treasury.burnIoFees();
  await client.treasury.burnIoFees({}, { computeUnitLimit: 200_000 });
  // @ts-expect-error it takes no arguments
  await client.treasury.burnIoFees({ amount: 1n });
  await treasury.burnIoFees(client);

  // @ts-expect-error building without a connection needs the node and the id
  escrow.bookJob.call(context, { offer: key, devices: 8, hours: 24, payment: 'usdc', maxTotal: 1n });
  // @ts-expect-error building without a connection needs the job's contents
  escrow.settleJob.call(context, { job });
  escrow.closeJob.call(context, { job });
}

export async function accounts(): Promise<void> {
  const job = await client.accounts.escrow.job.fetch(key);
  const paidIn: bigint = job.paidIn;
  const devices: number = job.devices;
  const running: boolean = job.state === 'running';
  // @ts-expect-error there is no such state
  void (job.state === 'walking');
  await client.accounts.escrow.job.findAll({ buyer: key, state: 'running' });
  // @ts-expect-error there is no such field
  await client.accounts.escrow.job.findAll({ seller: key });
  // @ts-expect-error staking has no jobs
  void client.accounts.staking.job;
  void [paidIn, devices, running];
}

export async function errors(promise: Promise<unknown>): Promise<void> {
  await expectError(promise, 'escrow', 'OfferInactive');
  await expectError(promise, 'escrow', 'ConstraintSeeds');
  await expectError(promise, 'token', 'InsufficientFunds');
  // @ts-expect-error the oracle knows no offers
  await expectError(promise, 'oracle', 'OfferInactive');
  // @ts-expect-error there is no such program
  await expectError(promise, 'lending', 'OfferInactive');
  const error: unknown = null;
  if (isProgramError(error, 'escrow', 'OfferInactive')) {
    const name: 'OfferInactive' = error.name;
    void name;
  }
}
