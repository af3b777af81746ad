import { pda } from '@ionet/sdk';
import type { Books } from '../books.js';
import type { Identity } from '../findings.js';
import { byNode } from '../group.js';

type Job = Books['accounts']['escrow']['job'][number];

const isOver = ({ state }: Job): boolean => state === 'ended' || state === 'cancelled' || state === 'expired';

/** Each job's vault holds what the job still owes. */
export const jobVaults: Identity = {
  name: 'job vaults',
  statement: 'vault >= paid in + donated - paid to the node - paid to fees - refunded, for each job',
  check(books, verdict) {
    const { deployment, accounts } = books;
    const owed = { io: 0n, usdc: 0n };
    for (const job of accounts.escrow.job) {
      const { address, payment } = job;
      verdict.looked();
      const mint = payment === 'io' ? deployment.ioMint : deployment.usdcMint;
      const vault = pda.escrow.jobVault(deployment, address);
      const liabilities = job.paidIn + job.donated - job.paidToNode - job.paidToFees - job.refunded;
      const due = job.owedToNode + job.owedToFees + job.owedToBuyer;
      verdict.atLeast(address, 'what is left of what was paid in', liabilities, 0n);
      // The vault of a job that owes nothing any more is closed before the job's account is.
      const isClosed = isOver(job) && liabilities === 0n && !books.vaults.has(vault.toBase58());
      const held = isClosed ? 0n : verdict.vault(books, vault, mint, address);
      verdict.atLeast(vault, 'vault of the job', held, liabilities);
      if (isOver(job)) verdict.equal(address, 'what a closed job still owes', due, liabilities);
      else verdict.atMost(address, 'what is due already', due, liabilities);
      owed[payment === 'io' ? 'io' : 'usdc'] += liabilities;
    }
    verdict.figure('owed by jobs', owed.io, 'io');
    verdict.figure('owed by jobs', owed.usdc, 'usdc');
  },
};

/** What a node is said to be busy with is what runs on it. */
export const nodeLoads: Identity = {
  name: 'node loads',
  statement: 'devices busy = devices of running jobs, within what the node has; jobs and offers are counted',
  check({ deployment, accounts }, verdict) {
    const loads = new Map(accounts.escrow.nodeLoad.map((load) => [load.node.toBase58(), load]));
    const running = byNode(accounts.escrow.job.filter(({ state }) => state === 'running'));
    const unfinished = byNode(
      accounts.escrow.job.filter(({ state }) => state === 'running' || state === 'ending'),
    );
    const offers = byNode(accounts.escrow.offer);
    const nodes = new Map(accounts.staking.node.map((node) => [node.address.toBase58(), node]));
    for (const { address, node, devicesBusy, jobs, offers: counted } of loads.values()) {
      verdict.looked();
      const key = node.toBase58();
      const devices = (running.get(key) ?? []).reduce((sum, job) => sum + job.devices, 0);
      verdict.equal(address, 'devices busy', devicesBusy, devices);
      verdict.equal(address, 'unfinished jobs', jobs, unfinished.get(key)?.length ?? 0);
      verdict.equal(address, 'offers', counted, offers.get(key)?.length ?? 0);
      const has = nodes.get(key)?.deviceCount;
      if (has !== undefined)
        verdict.atMost(address, 'devices busy, of those that there are', devicesBusy, has);
    }
    for (const [key, jobs] of unfinished) {
      const [job] = jobs;
      if (job === undefined || loads.has(key)) continue;
      verdict.refute(
        pda.escrow.nodeLoad(deployment, job.node),
        'load of a node with jobs',
        'an account',
        'none',
      );
    }
  },
};
