import { expect } from 'chai';
import fc from 'fast-check';
import {
  ArgumentError,
  custom,
  deploymentJson,
  loadDeployment,
  loadDeploymentRoles,
  localnet,
  type DeploymentRoles,
} from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { PublicKey } from '@solana/web3.js';

const key = (label: string): PublicKey => testKeypair(label).publicKey;

const ROLES: DeploymentRoles = {
  admin: key('admin'),
  pauser: key('pauser'),
  guardian: key('guardian'),
  appealAuthority: key('appeal authority'),
  upgradeAuthority: null,
};

describe('deployment files', () => {
  it('describe a deployment wholly', () => {
    const address = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => new PublicKey(bytes));
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const deployments = fc.record({
      ioMint: address,
      usdcMint: address,
      clusterTag: hash,
      priceAccount: address,
      priceFeedId: hash,
      programs: fc.record({ escrow: address, oracle: address }, { requiredKeys: [] }),
    });
    fc.assert(
      fc.property(deployments, (settings) => {
        const deployment = custom(settings);
        const json = deploymentJson(deployment);
        expect(loadDeployment(json)).to.deep.equal(deployment);
        expect(loadDeployment(JSON.stringify(json))).to.deep.equal(deployment);
      }),
      { numRuns: 30 },
    );
  });

  it('leave out programs that stand at their usual addresses', () => {
    expect(deploymentJson(localnet())).to.not.have.property('programs');
  });

  it('name the roles, or none', () => {
    expect(loadDeploymentRoles(deploymentJson(localnet(), ROLES))).to.deep.equal(ROLES);
    const council = { ...ROLES, upgradeAuthority: key('council') };
    expect(loadDeploymentRoles(JSON.stringify(deploymentJson(localnet(), council)))).to.deep.equal(council);
    expect(loadDeploymentRoles(deploymentJson(localnet()))).to.equal(null);
  });

  it('are refused by the name of the field that is wrong', () => {
    const good = deploymentJson(localnet(), ROLES);
    const cases: readonly (readonly [unknown, string])[] = [
      ['{', 'deployment'],
      [[], 'deployment'],
      [null, 'deployment'],
      [{ ...good, ioMint: undefined }, 'deployment.ioMint'],
      [{ ...good, usdcMint: 'not base58: 0' }, 'deployment.usdcMint'],
      [{ ...good, priceAccount: 7 }, 'deployment.priceAccount'],
      [{ ...good, clusterTag: 'ABCD' }, 'deployment.clusterTag'],
      [{ ...good, priceFeedId: good.priceFeedId.toUpperCase() }, 'deployment.priceFeedId'],
      [{ ...good, mint: good.ioMint }, 'deployment.mint'],
      [{ ...good, programs: { escrow: 'x' } }, 'deployment.programs.escrow'],
      [{ ...good, programs: { exchange: good.ioMint } }, 'deployment.programs.exchange'],
    ];
    for (const [file, path] of cases) expectArgumentError(() => loadDeployment(file), path);
    const roles = good.roles!;
    expectArgumentError(() => loadDeploymentRoles({ ...good, roles: [] }), 'deployment.roles');
    expectArgumentError(
      () => loadDeploymentRoles({ ...good, roles: { ...roles, admin: null } }),
      'deployment.roles.admin',
    );
    expectArgumentError(
      () => loadDeploymentRoles({ ...good, roles: { ...roles, owner: roles.admin } }),
      'deployment.roles.owner',
    );
  });
});

function expectArgumentError(act: () => unknown, path: string): void {
  let found: unknown;
  try {
    act();
  } catch (error) {
    found = error;
  }
  expect(found, path).to.be.instanceOf(ArgumentError);
  expect((found as ArgumentError).path).to.equal(path);
}
