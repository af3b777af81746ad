import anchor, { type Idl } from '@coral-xyz/anchor';
import { WALLETS } from '@ionet/localnet';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { useNode } from '../harness/rpc-node.js';

const { AnchorError, AnchorProvider, BN, Program, Wallet } = anchor;

describe('local network: Anchor’s client', () => {
  const node = useNode();

  const idl = JSON.parse(readFileSync('idls/staking.json', 'utf8')) as Idl;
  const program = (): anchor.Program => {
    const provider = new AnchorProvider(node.connection, new Wallet(WALLETS.admin.keypair), {
      commitment: 'confirmed',
      preflightCommitment: 'confirmed',
    });
    return new Program(idl, provider);
  };
  const config = (): PublicKey =>
    PublicKey.findProgramAddressSync([Buffer.from('config')], node.deployment.programs.staking)[0];

  interface Named {
    readonly account: Record<
      string,
      { fetch(address: PublicKey): Promise<unknown>; all(): Promise<unknown[]> }
    >;
  }

  it('reads accounts one by one and all of a kind', async () => {
    const { account } = program() as unknown as Named;
    const state = (await account['stakingConfig']?.fetch(config())) as { governance: { admin: PublicKey } };
    expect(state.governance.admin.equals(WALLETS.admin.keypair.publicKey)).to.equal(true);
    expect((await account['hardwareClass']?.all())?.length).to.be.at.least(3);
  });

  it('sends, simulates, and names the errors of a program', async () => {
    const { methods } = program();
    const id = Number(BigInt(Date.now()) % 50_000n) + 1_000;
    const create = (name: string): ReturnType<NonNullable<(typeof methods)[string]>> => {
      const bytes = Buffer.alloc(32);
      bytes.write(name);
      const args = {
        id,
        kind: { gpu: {} },
        multiplierX100: 100,
        referencePrice: new BN(1_000_000),
        name: [...bytes],
      };
      const builder = methods['createClass']?.(args);
      if (builder === undefined) throw new Error('the program has no create_class');
      const admin = WALLETS.admin.keypair.publicKey;
      return builder.accountsPartial({ admin, payer: admin, config: config() });
    };
    const simulated = await create('Simulated').simulate();
    expect(simulated.raw.join('\n')).to.contain('Instruction: CreateClass');
    const signature = await create('Sent').rpc();
    const found = await node.connection.getTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: 0,
    });
    expect(found?.meta?.err).to.equal(null);

    const authority = WALLETS.admin.keypair.publicKey;
    const unpause = methods['unpause']?.().accountsPartial({ authority, config: config() });
    const refused: unknown = await unpause?.rpc().catch((error: unknown) => error);
    if (!(refused instanceof AnchorError)) return expect.fail(String(refused));
    expect(refused.error.errorCode.code).to.equal('NotPaused');
    expect(refused.logs.join('\n')).to.contain('AnchorError');
  });
});
