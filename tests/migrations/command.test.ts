import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { testKeypair } from '@ionet/sdk/testing';
import { migrateCommand } from '../../migrations/lib/command.js';
import type { StepJson } from '../../migrations/lib/report.js';
import { keyFile } from '../harness/key-file.js';
import { configJson, useMigration, writeConfig } from '../harness/migration.js';
import { runScript } from '../scripts/spawn.js';

describe('npm run migrate', () => {
  const test = useMigration();

  async function run(
    json: unknown,
    options: readonly string[],
    genesis = testKeypair('genesis').publicKey.toBase58(),
  ): Promise<{ readonly out: string; readonly journal: string }> {
    const keypair = keyFile(test.directory, 'keypair', testKeypair('deployer'));
    let out = '';
    let journal = '';
    const command = migrateCommand({
      width: 200,
      write: (text) => void (out += text),
      warn: (text) => void (journal += text),
      openChain: () => ({
        transport: test.network.transport,
        genesisHash: () => Promise.resolve(genesis),
      }),
    });
    const config = writeConfig(test.directory, json);
    await command.parseAsync(['--config', config, '--keypair', keypair, ...options], { from: 'user' });
    return { out, journal };
  }
  const problemOf = async (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => '',
      (error: unknown) => String(error),
    );

  it('prints the plan without a key, then does it, then says what the multisig has to sign', async () => {
    const plan = await run(configJson(), ['--dry-run', '--keypair', '/nowhere', '--json']);
    const planned = (JSON.parse(plan.out) as { steps: StepJson[] }).steps;
    expect(planned.map(({ step }) => step.slice(0, 2))).to.deep.equal(
      Array.from({ length: 8 }, (_, index) => `0${index + 1}`),
    );
    expect(planned.find(({ step }) => step.startsWith('05'))?.tasks.at(-1)).to.match(/mint 500,000,000 IO/);
    expect(plan.journal).to.equal('');
    expect(existsSync(test.config.deploymentFile)).to.equal(false);

    const done = await run(configJson(), ['--json']);
    const { steps } = JSON.parse(done.out) as { steps: StepJson[] };
    const waiting = steps.find(({ state }) => state === 'waiting')!;
    expect(waiting.toSign).to.have.length(6);
    const multisig = testKeypair('multisig').publicKey.toBase58();
    for (const { accounts } of waiting.toSign) {
      expect(accounts[0]).to.deep.equal({ address: multisig, signer: true, writable: false });
    }
    expect(done.journal).to.match(/05-token-generation: mint 500,000,000 IO/);
    const again = await run(configJson(), []);
    expect(again.journal).to.equal('');
    expect(again.out)
      .to.match(/01-io-mint +done/)
      .and.to.match(/to sign: accept_admin of escrow/);
  });

  it('refuses a network that the config is not for', async () => {
    const problem = await problemOf(run(configJson(), [], testKeypair('stranger').publicKey.toBase58()));
    expect(problem).to.match(/the network's genesis hash is/);
  });

  it('refuses a key that is not the deployer’s', async () => {
    const deployer = testKeypair('stranger').publicKey.toBase58();
    expect(await problemOf(run(configJson({ deployer }), []))).to.match(/not the config's deployer/);
  });

  it('says what is wrong with a config', async () => {
    const allocations = configJson()['allocations'] as Record<string, string>;
    const cases: readonly (readonly [unknown, RegExp])[] = [
      [{}, /genesisHash/],
      [configJson({ usdcMint: 'x' }), /no address in base58[^]*usdcMint/],
      [configJson({ allocations: { ...allocations, reserve: undefined } }), /allocations\.reserve/],
      [
        configJson({ allocations: { ...allocations, reserve: allocations['season-1'] } }),
        /wallet of its own/,
      ],
      [configJson({ emission: { preset: 'faster' } }), /emission\.preset/],
      [configJson({ extra: 1 }), /extra/],
    ];
    for (const [json, problem] of cases) expect(await problemOf(run(json, []))).to.match(problem);
  });

  it('ends with 2 for wrong usage', () => {
    const { code, stdout, stderr } = runScript(
      'migrations/main.ts',
      '--config',
      '/nowhere.json',
      '--dry-run',
    );
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr).to.equal('migrate: /nowhere.json cannot be read as JSON\n');
  });
});
