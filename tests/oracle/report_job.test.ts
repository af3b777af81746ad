import {
  SYSVAR_INSTRUCTIONS_PUBKEY,
  SystemProgram,
  type TransactionInstruction,
  type Keypair,
  type PublicKey,
} from '@solana/web3.js';
import { expect } from 'chai';
import {
  eventOf,
  jobUsageMessage,
  localnet,
  parseUsdc,
  pda,
  programInstruction,
  type Call,
  type ErrorName,
  type JobUsageReport,
} from '@ionet/sdk';
import { createMarket, readPrograms, testKeypair, type Market } from '@ionet/sdk/testing';
import { changeAccount } from '../harness/accounts.js';
import { replaceAccount } from '../harness/calls.js';
import { canonicalData, ed25519Instruction, pairOf } from '../harness/ed25519.js';
import { useMarket } from '../harness/market.js';
import { addressesOf, newMembers } from '../harness/members.js';
import { refusesForgedSignatures } from '../harness/quorum-forgeries.js';
import { expectRefused } from '../harness/refusals.js';

const HOUR = 3_600n;
const DAY = 24n * HOUR;
const U64_MAX = 2n ** 64n - 1n;

describe('oracle: report_job', () => {
  const test = useMarket();
  const usageOf = (job: PublicKey) => pda.oracle.jobUsage(test.market.deployment, job);
  const fetch = (job: PublicKey) => test.market.anyone.accounts.oracle.jobUsage.fetch(usageOf(job));
  const lamports = (address: PublicKey) => test.market.network.getAccount(address)?.lamports ?? 0n;
  const members = (...indices: number[]) => indices.map((index) => test.market.oracles[index]!);

  const book = async (hours: number, id = 1n): Promise<PublicKey> => {
    const { market, offer } = test;
    const order = { offer, id, devices: 1, hours, payment: 'usdc', maxTotal: parseUsdc('2000') } as const;
    const { accounts } = await market.buyer.escrow.bookJob(order);
    return accounts.job;
  };

  /** A job that was started an hour ago. */
  const running = async (hours = 72, id = 1n): Promise<PublicKey> => {
    const job = await book(hours, id);
    await test.market.operator.escrow.startJob({ job });
    test.market.warpBy(HOUR);
    return job;
  };

  /** The next report on a job that all is well with. */
  const reportOn = async (job: PublicKey, change: Partial<JobUsageReport> = {}): Promise<JobUsageReport> => {
    const { market } = test;
    const usage = await market.anyone.accounts.oracle.jobUsage.fetchMaybe(usageOf(job));
    const now = market.network.now();
    return {
      job,
      setVersion: 1,
      sequence: (usage?.sequence ?? 0n) + 1n,
      verifiedSeconds: (usage?.verifiedSeconds ?? 0n) + 60n,
      asOf: usage === null ? now - 600n : usage.asOf + 1n,
      expiresAt: now + 300n,
      ...change,
    };
  };

  /** Our instruction alone: it claims the report, whatever was signed. */
  const claim = (report: JobUsageReport, signers: readonly number[]): TransactionInstruction => {
    const { deployment, anyone } = test.market;
    const { job, sequence, verifiedSeconds, asOf, expiresAt } = report;
    return programInstruction(deployment, 'oracle', 'reportJob', {
      args: { args: { sequence, verifiedSeconds, asOf, expiresAt, signers: Uint8Array.from(signers) } },
      accounts: {
        payer: anyone.payer,
        oracleSet: pda.oracle.oracleSet(deployment),
        job,
        jobUsage: usageOf(job),
      },
    });
  };

  const messageOf = (report: JobUsageReport) => jobUsageMessage(test.market.deployment, report);

  /** The ed25519 instruction of these keys over a report, or over other bytes. */
  const signed = (report: JobUsageReport, keys: readonly Keypair[], message = messageOf(report)) =>
    ed25519Instruction(
      canonicalData(
        keys.map((key) => pairOf(key, message)),
        message,
      ),
    );

  const callOf = (...instructions: TransactionInstruction[]): Call => ({
    instructions,
    signers: [],
    accounts: {},
  });
  const send = (...instructions: TransactionInstruction[]) =>
    test.market.anyone.send(callOf(...instructions));

  /** Sends a report that members 0 and 1 signed. */
  const submit = (report: JobUsageReport) => send(signed(report, members(0, 1)), claim(report, [0, 1]));

  /** Expects a transaction of these instructions to be refused by the oracle. */
  const refused = (name: ErrorName<'oracle'>, ...instructions: TransactionInstruction[]) =>
    expectRefused(test.market, () => send(...instructions), 'oracle', name);

  describe('what it records', () => {
    it('creates the usage of a job with its first report', async () => {
      const { market } = test;
      const job = await running();
      const before = lamports(market.anyone.payer);
      const report = await reportOn(job, { verifiedSeconds: 3_000n });
      const { events } = await submit(report);
      const usage = await fetch(job);
      expect(usage).to.deep.include({
        version: 1,
        job,
        rentPayer: market.anyone.payer,
        verifiedSeconds: 3_000n,
        asOf: report.asOf,
        sequence: 1n,
        lastReportAt: market.network.now(),
      });
      expect(usage.bump).to.be.within(0, 255);
      const rent = lamports(usageOf(job));
      expect(rent).to.equal(market.network.rentFor(market.network.getAccount(usageOf(job))!.data.length));
      // The rent, and the fee: 5,000 lamports each for the payer's and the members' signatures.
      expect(before - lamports(market.anyone.payer)).to.be.within(Number(rent), Number(rent) + 15_000);
      expect(eventOf(events, 'oracle', 'jobUsageReported')).to.deep.equal({
        job,
        addedSeconds: 3_000n,
        verifiedSeconds: 3_000n,
        asOf: report.asOf,
        setVersion: 1,
        previousSeq: 0n,
        seq: 1n,
      });
    });

    it('takes totals one after the other, from anyone, and keeps the first payer of the rent', async () => {
      const { market } = test;
      const job = await running();
      await submit(await reportOn(job, { verifiedSeconds: 3_000n }));
      market.warpBy(HOUR);
      const signers = members(1, 2);
      const { events } = await market.buyer.oracle.reportJob({
        job,
        verifiedSeconds: 6_500n,
        sequence: 9n,
        signers,
      });
      expect(await fetch(job)).to.deep.include({
        rentPayer: market.anyone.payer,
        verifiedSeconds: 6_500n,
        sequence: 9n,
        lastReportAt: market.network.now(),
      });
      expect(eventOf(events, 'oracle', 'jobUsageReported')).to.deep.include({
        addedSeconds: 3_500n,
        previousSeq: 1n,
        seq: 9n,
      });
    });

    it('takes any quorum, from the threshold to all members', async () => {
      const job = await running();
      for (const indices of [
        [0, 1],
        [0, 2],
        [1, 2],
        [0, 1, 2],
      ]) {
        const report = await reportOn(job);
        await send(signed(report, members(...indices)), claim(report, indices));
      }
      expect((await fetch(job)).sequence).to.equal(4n);
    });

    it('fits into one transaction with the five signatures that seven members need', async () => {
      const { market } = test;
      const job = await running();
      const keys = newMembers(7);
      await market.admin.oracle.rotateMembers({ members: addressesOf(keys) });
      market.warpBy(48n * HOUR);
      await market.anyone.oracle.applyRotation();
      await market.anyone.oracle.reportJob({ job, verifiedSeconds: 60n, signers: keys.slice(2) });
    });

    it('works wherever in the transaction the pair stands', async () => {
      const { market } = test;
      const job = await running();
      const report = await reportOn(job);
      const transfer = SystemProgram.transfer({
        fromPubkey: market.anyone.payer,
        toPubkey: market.buyer.payer,
        lamports: 1,
      });
      await send(transfer, signed(report, members(0, 1)), claim(report, [0, 1]), transfer);
    });

    it('takes reports up to the end of a job that was stopped', async () => {
      const { market } = test;
      const job = await running();
      await market.buyer.escrow.endJob({ job });
      const endedAt = market.network.now();
      market.warpBy(HOUR);
      await submit(await reportOn(job, { verifiedSeconds: HOUR, asOf: endedAt }));
      await market.anyone.escrow.settleJob({ job });
    });

    it('is not held up by lamports sent ahead to the usage', async () => {
      const { market } = test;
      const first = await running();
      await submit(await reportOn(first));
      const rent = lamports(usageOf(first));
      for (const [index, amount] of [1_000_000n, rent - 1n, rent, 5_000_000_000n].entries()) {
        const job = await running(72, BigInt(index + 2));
        market.network.airdrop(usageOf(job), amount);
        await submit(await reportOn(job));
        expect((await fetch(job)).rentPayer.equals(market.anyone.payer)).to.be.true;
        expect(lamports(usageOf(job))).to.equal(amount > rent ? amount : rent);
      }
    });
  });

  describe('the signatures', () => {
    const setup = async () => {
      const report = await reportOn(await running());
      const message = messageOf(report);
      const data = canonicalData(
        members(0, 1).map((key) => pairOf(key, message)),
        message,
      );
      return { report, data, ours: claim(report, [0, 1]) };
    };

    refusesForgedSignatures('oracle', async () => {
      const report = await reportOn(await running());
      const message = messageOf(report);
      return { market: test.market, message, claim: (signers) => claim(report, signers) };
    });

    it('refuses another message, whichever field differs', async () => {
      const { market } = test;
      const { report, ours } = await setup();
      const others: readonly Partial<JobUsageReport>[] = [
        { sequence: report.sequence + 1n },
        { verifiedSeconds: report.verifiedSeconds - 1n },
        { asOf: report.asOf - 1n },
        { expiresAt: report.expiresAt + 1n },
        { setVersion: 0 },
        { setVersion: 2 },
        { job: testKeypair('another job').publicKey },
      ];
      for (const other of others) {
        await refused('WrongMessage', signed({ ...report, ...other }, members(0, 1)), ours);
      }
      const tag = Uint8Array.from(messageOf(report));
      tag[15]! ^= 1;
      const { deployment } = market;
      const programs = { ...deployment.programs, oracle: deployment.programs.escrow };
      for (const message of [tag, jobUsageMessage({ ...deployment, programs }, report)]) {
        await refused('WrongMessage', signed(report, members(0, 1), message), ours);
      }
    });

    it('serve one report only', async () => {
      const { data, report, ours } = await setup();
      const next = claim({ ...report, sequence: report.sequence + 1n }, [0, 1]);
      await refused('SignaturesMissing', ed25519Instruction(data), ours, next);
    });

    it('refuses one member less than the threshold of seven', async () => {
      const { market } = test;
      const { report } = await setup();
      const keys = newMembers(7);
      await market.admin.oracle.rotateMembers({ members: addressesOf(keys) });
      market.warpBy(48n * HOUR);
      await market.anyone.oracle.applyRotation();
      const later = await reportOn(report.job, { setVersion: 2 });
      await refused('TooFewSigners', signed(later, keys.slice(0, 4)), claim(later, [0, 1, 2, 3]));
    });
  });

  describe('replays', () => {
    it('refuses the same report twice', async () => {
      const report = await reportOn(await running());
      await submit(report);
      await expectRefused(test.market, () => submit(report), 'oracle', 'SequenceNotIncreasing');
    });

    it('refuses the report of another job', async () => {
      const { market } = test;
      const [first, second] = [await running(72, 1n), await running(72, 2n)];
      const report = await reportOn(first);
      const signatures = signed(report, members(0, 1));
      await refused('WrongMessage', signatures, claim({ ...report, job: second }, [0, 1]));
      // Nor with the usage of the job that was meant.
      const mixed = replaceAccount(
        callOf(signatures, claim({ ...report, job: second }, [0, 1])),
        usageOf(second),
        usageOf(first),
      );
      await expectRefused(market, () => market.anyone.send(mixed), 'oracle', 'ConstraintSeeds');
    });

    it('refuses what a former set has signed, even where its members are still in office', async () => {
      const { market } = test;
      const job = await running();
      const keys = [...market.oracles];
      await market.admin.oracle.rotateMembers({ members: addressesOf(keys) });
      market.warpBy(48n * HOUR);
      const report = await reportOn(job);
      const signatures = signed(report, members(0, 1));
      const beforeRotation = market.snapshot();
      await send(signatures, claim(report, [0, 1]));
      market.restore(beforeRotation);
      await market.anyone.oracle.applyRotation();
      await refused('WrongMessage', signatures, claim(report, [0, 1]));
      await submit({ ...report, setVersion: 2 });
    });

    it('refuses what was signed for a set to come', async () => {
      const { market } = test;
      const job = await running();
      const keys = newMembers(3);
      await market.admin.oracle.rotateMembers({ members: addressesOf(keys) });
      market.warpBy(48n * HOUR);
      const report = await reportOn(job, { setVersion: 2 });
      const byNew = signed(report, keys.slice(0, 2));
      await refused('WrongSignerKey', byNew, claim(report, [0, 1]));
      await market.anyone.oracle.applyRotation();
      await send(byNew, claim(report, [0, 1]));
    });

    it('refuses what was signed for another network', async () => {
      const { market } = test;
      const clusterTag = new Uint8Array(32).fill(9);
      const deployment = { ...localnet(), clusterTag };
      const other = await createMarket({ programs: await readPrograms('artifacts'), deployment });
      // The same job by its address, the same members, version and time: only the network differs.
      const start = async (of: Market, offer: PublicKey): Promise<PublicKey> => {
        const order = { offer, id: 1n, devices: 1, hours: 72, payment: 'usdc' } as const;
        const job = await of.bookAndStart({ ...order, maxTotal: parseUsdc('2000') });
        of.warpBy(HOUR);
        return job;
      };
      const job = await start(market, test.offer);
      expect((await start(other.market, other.offer)).equals(job)).to.be.true;
      const report = await reportOn(job);
      const signatures = signed(report, members(0, 1));
      const call = callOf(signatures, claim(report, [0, 1]));
      await expectRefused(other.market, () => other.market.anyone.send(call), 'oracle', 'WrongMessage');
      await market.anyone.send(call);
    });
  });

  describe('the values', () => {
    const refuses = async (
      name: ErrorName<'oracle'>,
      job: PublicKey,
      change: Partial<JobUsageReport>,
    ): Promise<void> => {
      const report = await reportOn(job, change);
      await expectRefused(test.market, () => submit(report), 'oracle', name);
    };

    it('refuses a report that has expired, and takes it in its last second', async () => {
      const job = await running();
      const now = test.market.network.now();
      await refuses('ReportExpired', job, { expiresAt: now - 1n });
      await refuses('ReportExpired', job, { expiresAt: -(2n ** 63n) });
      const report = await reportOn(job, { expiresAt: now + 300n });
      test.market.warpBy(301);
      await expectRefused(test.market, () => submit(report), 'oracle', 'ReportExpired');
      await submit(await reportOn(job, { expiresAt: test.market.network.now() }));
    });

    it('refuses a report that expires in more than an hour', async () => {
      const job = await running();
      const now = test.market.network.now();
      await refuses('ExpiryTooFar', job, { expiresAt: now + HOUR + 1n });
      await refuses('ExpiryTooFar', job, { expiresAt: 2n ** 63n - 1n });
      await submit(await reportOn(job, { expiresAt: now + HOUR }));
    });

    it('refuses a sequence that does not increase', async () => {
      const job = await running();
      await refuses('SequenceNotIncreasing', job, { sequence: 0n });
      await submit(await reportOn(job, { sequence: 5n }));
      for (const sequence of [0n, 4n, 5n]) await refuses('SequenceNotIncreasing', job, { sequence });
      await submit(await reportOn(job, { sequence: U64_MAX }));
      await refuses('SequenceNotIncreasing', job, { sequence: U64_MAX });
    });

    it('refuses verified seconds that decrease, and takes the same again', async () => {
      const job = await running();
      await submit(await reportOn(job, { verifiedSeconds: 3_000n }));
      await refuses('VerifiedSecondsDecreased', job, { verifiedSeconds: 2_999n });
      await refuses('VerifiedSecondsDecreased', job, { verifiedSeconds: 0n });
      await submit(await reportOn(job, { verifiedSeconds: 3_000n }));
    });

    it('refuses more than a day at once', async () => {
      const job = await running();
      test.market.warpBy(2n * DAY);
      await refuses('TooManySecondsAtOnce', job, { verifiedSeconds: DAY + 1n });
      await refuses('TooManySecondsAtOnce', job, { verifiedSeconds: U64_MAX });
      await submit(await reportOn(job, { verifiedSeconds: DAY }));
      await refuses('TooManySecondsAtOnce', job, { verifiedSeconds: 2n * DAY + 1n });
      await submit(await reportOn(job, { verifiedSeconds: 2n * DAY }));
    });

    it('refuses a report that reaches no further than the last', async () => {
      const job = await running();
      const now = test.market.network.now();
      await submit(await reportOn(job, { asOf: now - 10n }));
      for (const asOf of [now - 10n, now - 11n, -(2n ** 63n)]) {
        await refuses('AsOfNotIncreasing', job, { asOf });
      }
      await submit(await reportOn(job, { asOf: now - 9n }));
    });

    it('refuses a time in the future', async () => {
      const job = await running();
      const now = test.market.network.now();
      await refuses('AsOfInFuture', job, { asOf: now + 1n });
      await refuses('AsOfInFuture', job, { asOf: 2n ** 63n - 1n });
      await submit(await reportOn(job, { asOf: now }));
    });

    it('refuses a time before the start', async () => {
      const job = await running();
      const startedAt = test.market.network.now() - HOUR;
      await refuses('AsOfBeforeStart', job, { asOf: startedAt - 1n, verifiedSeconds: 0n });
      await submit(await reportOn(job, { asOf: startedAt, verifiedSeconds: 0n }));
    });

    it('refuses a time after the booked end', async () => {
      const job = await running(1);
      const end = test.market.network.now();
      test.market.warpBy(60);
      await refuses('AsOfAfterEnd', job, { asOf: end + 1n });
      await submit(await reportOn(job, { asOf: end, verifiedSeconds: HOUR }));
    });

    it('refuses a time after the end of a job that was stopped', async () => {
      const { market } = test;
      const job = await running();
      await market.buyer.escrow.endJob({ job });
      const end = market.network.now();
      market.warpBy(60);
      await refuses('AsOfAfterEnd', job, { asOf: end + 1n });
      await submit(await reportOn(job, { asOf: end }));
    });

    it('refuses more seconds than have elapsed by then', async () => {
      const job = await running();
      const startedAt = test.market.network.now() - HOUR;
      await refuses('VerifiedAboveElapsed', job, { verifiedSeconds: HOUR + 1n });
      await refuses('VerifiedAboveElapsed', job, { asOf: startedAt + 99n, verifiedSeconds: 100n });
      await submit(await reportOn(job, { asOf: startedAt + 100n, verifiedSeconds: 100n }));
    });

    it('refuses more seconds than are booked', async () => {
      const { market } = test;
      const job = await running(1);
      await market.buyer.escrow.endJob({ job });
      // Escrow ends no job later than it is booked for; the oracle does not rely on that.
      market.warpBy(60);
      await changeAccount(market, 'escrow', 'job', job, { endedAt: market.network.now() });
      const asOf = market.network.now();
      await refuses('VerifiedAboveBooked', job, { verifiedSeconds: HOUR + 1n, asOf });
      await submit(await reportOn(job, { verifiedSeconds: HOUR, asOf }));
    });

    it('refuses a job that is booked and not started', async () => {
      const job = await book(2);
      await refuses('JobNotRunning', job, { verifiedSeconds: 0n });
    });

    it('refuses a job that was cancelled', async () => {
      const { market } = test;
      const job = await book(2);
      await market.buyer.escrow.cancelJob({ job });
      await refuses('JobNotRunning', job, { verifiedSeconds: 0n });
    });

    it('refuses a job that was never started in time', async () => {
      const { market } = test;
      const job = await book(2);
      market.warpBy(DAY);
      await market.anyone.escrow.expireJob({ job });
      await refuses('JobNotRunning', job, { verifiedSeconds: 0n });
    });

    it('refuses a job that has ended', async () => {
      const { market } = test;
      const job = await running(1);
      await submit(await reportOn(job, { verifiedSeconds: HOUR, asOf: market.network.now() }));
      await market.anyone.escrow.settleJob({ job });
      await refuses('JobNotRunning', job, { verifiedSeconds: HOUR });
    });

    it('refuses a job whose time has no end', async () => {
      const { market } = test;
      const job = await running();
      await changeAccount(market, 'escrow', 'job', job, { startedAt: 2n ** 63n - 1n });
      await refuses('Overflow', job, {});
    });
  });

  describe('the accounts', () => {
    const setup = async () => {
      const job = await running();
      const report = await reportOn(job);
      return { job, report, call: callOf(signed(report, members(0, 1)), claim(report, [0, 1])) };
    };

    it('refuses another account in the place of the instructions sysvar', async () => {
      const { market } = test;
      const { call } = await setup();
      const address = testKeypair('fake sysvar').publicKey;
      market.network.setAccount({ address, owner: SystemProgram.programId, data: new Uint8Array(500) });
      const forged = replaceAccount(call, SYSVAR_INSTRUCTIONS_PUBKEY, address);
      await expectRefused(market, () => market.anyone.send(forged), 'oracle', 'NotInstructionsSysvar');
    });

    it('refuses a job of a program of the attacker’s', async () => {
      const { market } = test;
      const { job } = await setup();
      const address = testKeypair('fake job').publicKey;
      const { data } = market.network.getAccount(job)!;
      market.network.setAccount({ address, owner: testKeypair('his own program').publicKey, data });
      const report = await reportOn(address);
      const error = await expectRefused(market, () => submit(report), 'oracle', 'AccountOwnedByWrongProgram');
      expect(error.account).to.equal('job');
    });

    it('refuses another account of escrow in the place of the job', async () => {
      const report = await reportOn(test.offer);
      const act = () => submit(report);
      await expectRefused(test.market, act, 'oracle', 'AccountDiscriminatorMismatch');
    });

    it('refuses a set of members of the attacker’s', async () => {
      const { market } = test;
      const { call } = await setup();
      const ours = pda.oracle.oracleSet(market.deployment);
      const { data } = market.network.getAccount(ours)!;
      const address = testKeypair('fake set').publicKey;
      for (const [owner, name] of [
        [testKeypair('his own program').publicKey, 'AccountOwnedByWrongProgram'],
        [market.deployment.programs.oracle, 'ConstraintSeeds'],
      ] as const) {
        market.network.setAccount({ address, owner, data });
        const forged = replaceAccount(call, ours, address);
        await expectRefused(market, () => market.anyone.send(forged), 'oracle', name);
      }
    });

    it('refuses the usage of another job', async () => {
      const { market } = test;
      const other = await running(72, 2n);
      await submit(await reportOn(other));
      const { call, job } = await setup();
      for (const account of [usageOf(other), testKeypair('elsewhere').publicKey]) {
        const forged = replaceAccount(call, usageOf(job), account);
        await expectRefused(market, () => market.anyone.send(forged), 'oracle', 'ConstraintSeeds');
      }
    });

    it('refuses a usage at the job’s address that says it is another’s', async () => {
      const { market } = test;
      const { job } = await setup();
      await submit(await reportOn(job));
      await changeAccount(market, 'oracle', 'jobUsage', usageOf(job), { job: testKeypair('x').publicKey });
      const report = await reportOn(job);
      await expectRefused(market, () => submit(report), 'oracle', 'InvalidJobUsage');
    });
  });
});
