import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { deploymentJson, pda } from '@ionet/sdk';
import { changeTokenAccount, testKeypair } from '@ionet/sdk/testing';
import type { AuditedJson } from '../../scripts/io/commands/audit.js';
import { createProgram } from '../../scripts/io/program.js';
import { useAuditedWorld } from '../harness/audited-world.js';

describe('io audit', () => {
  const test = useAuditedWorld();
  let directory: string;

  before(() => (directory = mkdtempSync(join(tmpdir(), 'io-audit-'))));
  after(() => {
    rmSync(directory, { recursive: true });
  });

  async function io(...args: string[]): Promise<{ readonly out: string; readonly problem: string }> {
    let out = '';
    const program = createProgram({
      width: 200,
      write: (text) => void (out += text),
      openTransport: () => test.world.market.network.transport,
    });
    const problem = await program.parseAsync(['audit', ...args], { from: 'user' }).then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
    return { out, problem };
  }
  const deploymentFile = (roles = test.world.roles): string => {
    const file = join(directory, 'deployment.json');
    writeFileSync(file, JSON.stringify(deploymentJson(test.world.market.deployment, roles)));
    return file;
  };

  it('proves every identity, without a key, and shows the figures', async () => {
    const { out, problem } = await io('--deployment', deploymentFile());
    expect(problem).to.equal('');
    expect(out)
      .to.match(/^supply +proved/m)
      .and.to.match(/at the beginning +500,000,000 IO/);
    expect(out).not.to.match(/REFUTED/);
    const { proved, identities } = JSON.parse((await io('--json')).out) as {
      proved: boolean;
      identities: AuditedJson[];
    };
    expect(proved).to.equal(true);
    expect(identities.every((one) => one.proved && one.examined > 0)).to.equal(true);
  });

  it('names the culprit, what was expected and what was found', async () => {
    const { market, running } = test.world;
    const vault = pda.escrow.jobVault(market.deployment, running);
    changeTokenAccount(market.network, vault, { amount: 5n });
    const { out, problem } = await io('--json');
    expect(problem).to.equal(`1 culprit, the first: job vaults: vault of the job of ${vault.toBase58()}`);
    const { proved, identities } = JSON.parse(out) as { proved: boolean; identities: AuditedJson[] };
    expect(proved).to.equal(false);
    const [wrong, ...others] = identities.filter((one) => !one.proved);
    expect(others).to.deep.equal([]);
    expect(wrong?.identity).to.equal('job vaults');
    expect(wrong?.findings[0]).to.deep.include({ account: vault.toBase58(), found: '5' });
    expect((await io()).out).to.match(/job vaults +REFUTED/);
  });

  it('holds the chain to the roles of the deployment file', async () => {
    const admin = testKeypair('stranger').publicKey;
    const { problem } = await io('--deployment', deploymentFile({ ...test.world.roles, admin }));
    expect(problem).to.match(/^6 culprits, the first: roles: admin of /);
  });

  it('refuses wrong options', async () => {
    expect((await io('--attempts', '0')).problem).to.match(/--attempts/);
    const file = join(directory, 'wrong.json');
    writeFileSync(file, '{"ioMint":"x"}');
    expect((await io('--deployment', file)).problem).to.match(/deployment\.ioMint/);
  });
});
