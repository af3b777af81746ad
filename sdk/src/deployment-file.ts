import { PublicKey } from '@solana/web3.js';
import { Buffer } from 'buffer';
import { custom, type Deployment } from './deployment.js';
import { ArgumentError } from './errors.js';
import { programNames, type ProgramName } from './programs.js';

/**
 * Who holds the roles of a deployment, as its file says.
 *
 * @see {@link loadDeploymentRoles}
 */
export interface DeploymentRoles {
  /** Admin of all programs. */
  readonly admin: PublicKey;
  /** May stop the intake of staking and escrow. */
  readonly pauser: PublicKey;
  /** May cancel a root of rewards before it is final. */
  readonly guardian: PublicKey;
  /** Decides appeals against slashes. */
  readonly appealAuthority: PublicKey;
  /** May upgrade the programs; `null`: nobody. */
  readonly upgradeAuthority: PublicKey | null;
}

/**
 * A deployment file: addresses in base58, hashes as 64 hexadecimal digits.
 *
 * @see {@link deploymentJson}
 */
export interface DeploymentJson {
  /** The programs whose addresses are not the usual ones. */
  readonly programs?: Readonly<Partial<Record<ProgramName, string>>>;
  readonly ioMint: string;
  readonly usdcMint: string;
  readonly clusterTag: string;
  readonly priceAccount: string;
  readonly priceFeedId: string;
  /** What `io audit` holds the chain to. */
  readonly roles?: Readonly<Record<keyof DeploymentRoles, string | null>>;
}

const HASH_HEX = /^[0-9a-f]{64}$/;
const ROLES = ['admin', 'pauser', 'guardian', 'appealAuthority'] as const;
const SETTINGS = ['ioMint', 'usdcMint', 'clusterTag', 'priceAccount', 'priceFeedId'] as const;

/**
 * The deployment that a deployment file describes: the file's text, or what it parses to.
 *
 * @throws {@link ArgumentError} that names the field which is missing, unknown or wrong
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { loadDeployment } from '@ionet/sdk';
 *
 * const deployment = loadDeployment(await readFile('deployment.json', 'utf8'));
 * ```
 */
export function loadDeployment(file: unknown): Deployment {
  const fields = read(file);
  const programs = fields['programs'];
  return custom({
    ioMint: addressAt(fields, 'ioMint'),
    usdcMint: addressAt(fields, 'usdcMint'),
    clusterTag: hashAt(fields, 'clusterTag'),
    priceAccount: addressAt(fields, 'priceAccount'),
    priceFeedId: hashAt(fields, 'priceFeedId'),
    ...(programs === undefined ? {} : { programs: programsOf(programs) }),
  });
}

/**
 * The roles that a deployment file names, `null` where it names none.
 *
 * @throws {@link ArgumentError} that names the field which is missing, unknown or wrong
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { loadDeploymentRoles } from '@ionet/sdk';
 *
 * const roles = loadDeploymentRoles(await readFile('deployment.json', 'utf8'));
 * ```
 */
export function loadDeploymentRoles(file: unknown): DeploymentRoles | null {
  const given = read(file)['roles'];
  if (given === undefined) return null;
  const fields = recordOf('deployment.roles', given, [...ROLES, 'upgradeAuthority']);
  const role = (name: (typeof ROLES)[number]): PublicKey => addressAt(fields, name, 'deployment.roles');
  return {
    admin: role('admin'),
    pauser: role('pauser'),
    guardian: role('guardian'),
    appealAuthority: role('appealAuthority'),
    upgradeAuthority:
      fields['upgradeAuthority'] === null ? null : addressAt(fields, 'upgradeAuthority', 'deployment.roles'),
  };
}

/**
 * What a deployment file holds for a deployment: what {@link loadDeployment} and {@link loadDeploymentRoles} read.
 *
 * @example
 * ```ts
 * import { deploymentJson, localnet } from '@ionet/sdk';
 *
 * const text = JSON.stringify(deploymentJson(localnet()), null, 2);
 * ```
 */
export function deploymentJson(deployment: Deployment, roles?: DeploymentRoles): DeploymentJson {
  const { ioMint, usdcMint, clusterTag, priceAccount, priceFeedId } = deployment;
  const usual = custom({ ...deployment, programs: {} });
  const moved = programNames.filter((name) => !deployment.programs[name].equals(usual.programs[name]));
  return {
    ...(moved.length === 0
      ? {}
      : { programs: Object.fromEntries(moved.map((name) => [name, deployment.programs[name].toBase58()])) }),
    ioMint: ioMint.toBase58(),
    usdcMint: usdcMint.toBase58(),
    clusterTag: hex(clusterTag),
    priceAccount: priceAccount.toBase58(),
    priceFeedId: hex(priceFeedId),
    ...(roles === undefined
      ? {}
      : {
          roles: {
            admin: roles.admin.toBase58(),
            pauser: roles.pauser.toBase58(),
            guardian: roles.guardian.toBase58(),
            appealAuthority: roles.appealAuthority.toBase58(),
            upgradeAuthority: roles.upgradeAuthority?.toBase58() ?? null,
          },
        }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function read(file: unknown): Fields {
  let value = file;
  if (typeof file === 'string') {
    try {
      value = JSON.parse(file) as unknown;
    } catch (cause) {
      throw new ArgumentError('deployment', 'is not JSON', { cause });
    }
  }
  return recordOf('deployment', value, [...SETTINGS, 'programs', 'roles']);
}

function recordOf(path: string, value: unknown, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ArgumentError(path, 'must be an object');
  }
  const stray = Object.keys(value).find((name) => !known.includes(name));
  if (stray !== undefined) {
    throw new ArgumentError(`${path}.${stray}`, `is no field of it; there are ${known.join(', ')}`);
  }
  return value as Fields;
}

function programsOf(value: unknown): Partial<Record<ProgramName, PublicKey>> {
  const fields = recordOf('deployment.programs', value, programNames);
  const given = programNames.filter((name) => fields[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, addressAt(fields, name, 'deployment.programs')]));
}

function addressAt(fields: Fields, name: string, path = 'deployment'): PublicKey {
  const text = textAt(fields, name, path);
  try {
    return new PublicKey(text);
  } catch (cause) {
    throw new ArgumentError(`${path}.${name}`, `'${text}' is no address in base58`, { cause });
  }
}

function hashAt(fields: Fields, name: string): Uint8Array {
  const text = textAt(fields, name, 'deployment');
  if (!HASH_HEX.test(text)) {
    throw new ArgumentError(`deployment.${name}`, 'must be 64 hexadecimal digits in lower case');
  }
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

function textAt(fields: Fields, name: string, path: string): string {
  const text = fields[name];
  if (typeof text === 'string') return text;
  throw new ArgumentError(`${path}.${name}`, text === undefined ? 'is missing' : 'must be a text');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
