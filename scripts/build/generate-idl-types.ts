/**
 * Writes sdk/src/idl/<program>.ts from idls/<program>.json, and what goes with them.
 * With `--check` it writes nothing and fails where a file is not what it would write.
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LangErrorCode, LangErrorMessage } from '@coral-xyz/anchor';
import { format, resolveConfig } from 'prettier';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCE = join(ROOT, 'idls');
const TARGET = join(ROOT, 'sdk/src/idl');

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** `book_job`, `BookJob` and `bookJob` all become `bookJob`. */
function camelCase(name: string): string {
  const joined = name.replace(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return joined.charAt(0).toLowerCase() + joined.slice(1);
}

function record(value: Json | undefined): Readonly<Record<string, Json>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`an object was expected in the IDL, not ${JSON.stringify(value)}`);
  }
  return value as Readonly<Record<string, Json>>;
}

function list(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Error(`a list was expected in the IDL, not ${JSON.stringify(value)}`);
  return value as readonly Json[];
}

function text(value: Json | undefined): string {
  if (typeof value !== 'string')
    throw new Error(`a text was expected in the IDL, not ${JSON.stringify(value)}`);
  return value;
}

function convertType(type: Json): Json {
  if (typeof type === 'string') return type;
  const object = record(type);
  if (object['option'] !== undefined) return { option: convertType(object['option']) };
  if (object['vec'] !== undefined) return { vec: convertType(object['vec']) };
  if (object['array'] !== undefined) {
    const [element, length] = list(object['array']);
    if (element === undefined || typeof length !== 'number') {
      throw new Error(`arrays need a fixed length: ${JSON.stringify(type)}`);
    }
    return { array: [convertType(element), length] };
  }
  if (object['defined'] !== undefined) {
    return { defined: { name: camelCase(text(record(object['defined'])['name'])) } };
  }
  throw new Error(`the SDK does not know the type ${JSON.stringify(type)}`);
}

function convertFields(fields: Json | undefined): Json[] {
  return list(fields).map((field) => {
    const { name, type } = record(field);
    if (type === undefined) throw new Error('tuple structs and tuple variants are not supported');
    return { name: camelCase(text(name)), type: convertType(type) };
  });
}

/** Composite accounts are flattened: a program sees one list. */
function convertAccounts(accounts: Json | undefined): Readonly<Record<string, Json>>[] {
  return list(accounts).flatMap((item) => {
    const account = record(item);
    if (account['accounts'] !== undefined) return convertAccounts(account['accounts']);
    return [
      {
        name: camelCase(text(account['name'])),
        ...(account['writable'] === true ? { writable: true } : {}),
        ...(account['signer'] === true ? { signer: true } : {}),
        ...(account['optional'] === true ? { optional: true } : {}),
        ...(account['address'] === undefined ? {} : { address: account['address'] }),
      },
    ];
  });
}

function convertInstruction(instruction: Json): Json {
  const { name, discriminator, accounts, args } = record(instruction);
  const converted = convertAccounts(accounts);
  const names = converted.map((account) => account['name']);
  const repeated = names.find((account, index) => names.indexOf(account) !== index);
  if (repeated !== undefined) throw new Error(`${text(name)} takes two accounts named ${text(repeated)}`);
  return {
    name: camelCase(text(name)),
    discriminator: list(discriminator),
    accounts: converted,
    args: convertFields(args),
  };
}

function convertTypeDef(definition: Json): Json {
  const { name, type } = record(definition);
  const { kind, fields, variants } = record(type);
  if (kind === 'struct') {
    return { name: camelCase(text(name)), type: { kind, fields: convertFields(fields) } };
  }
  if (kind === 'enum') {
    return {
      name: camelCase(text(name)),
      type: {
        kind,
        variants: list(variants).map((variant) => {
          const { name: variantName, fields: variantFields } = record(variant);
          return {
            name: camelCase(text(variantName)),
            ...(variantFields === undefined ? {} : { fields: convertFields(variantFields) }),
          };
        }),
      },
    };
  }
  throw new Error(`the SDK does not know the kind of type ${JSON.stringify(kind)}`);
}

/** What the SDK uses of an IDL, in its own order, so that the result depends on nothing else. */
function convertIdl(idl: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const metadata = record(idl['metadata']);
  const discriminated = (items: Json | undefined): Json[] =>
    list(items).map((item) => {
      const { name, discriminator } = record(item);
      return { name: camelCase(text(name)), discriminator: list(discriminator) };
    });
  return {
    address: text(idl['address']),
    metadata: {
      name: text(metadata['name']),
      version: text(metadata['version']),
      spec: text(metadata['spec']),
    },
    instructions: list(idl['instructions']).map(convertInstruction),
    accounts: discriminated(idl['accounts']),
    events: discriminated(idl['events']),
    errors: list(idl['errors']).map((item) => {
      const { code, name, msg } = record(item);
      if (code === undefined) throw new Error('an error of the IDL has no code');
      return { code, name: text(name), msg: msg === undefined ? text(name) : text(msg) };
    }),
    types: list(idl['types']).map(convertTypeDef),
    constants: list(idl['constants']).map((item) => {
      const { name, type, value } = record(item);
      if (type === undefined) throw new Error('a constant of the IDL has no type');
      return { name: text(name), type: convertType(type), value: text(value) };
    }),
  };
}

/**
 * A program's interface, and the parts of it that are used alone as constants of their own, so that bundlers leave out
 * what nobody uses.
 */
function program(name: string, idl: Readonly<Record<string, Json>>): string {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const part = (key: string): string => `${JSON.stringify(idl[key])} as const`;
  return `// Generated from idls/${name}.json by scripts/build/generate-idl-types.ts.

const address = ${part('address')};
const metadata = ${part('metadata')};
const instructions = ${part('instructions')};
const types = ${part('types')};

/** The constants of the ${name} program, its seeds among them. */
export const ${name}Constants = ${part('constants')};

/** What building instructions of the ${name} program takes. */
export const ${name}Instructions = { address, metadata, instructions, types } as const;

/** The interface of the ${name} program. */
export const ${name} = {
  address,
  metadata,
  instructions,
  accounts: ${JSON.stringify(idl['accounts'])},
  events: ${JSON.stringify(idl['events'])},
  errors: ${JSON.stringify(idl['errors'])},
  types,
  constants: ${name}Constants,
} as const;

/** The type of {@link ${name}}, from which the types of its arguments, accounts, events and errors follow. */
export type ${type} = typeof ${name};
`;
}

function index(names: readonly string[]): string {
  return `// Generated by scripts/build/generate-idl-types.ts.
${names.map((name) => `import { ${name} } from './${name}.js';`).join('\n')}

/**
 * The interfaces of all programs, by name.
 *
 * @example
 * \`\`\`ts
 * import { idls } from '@ionet/sdk';
 *
 * idls.oracle.accounts.map(({ name }) => name); // ['jobUsage', 'oracleSet']
 * \`\`\`
 */
export const idls = { ${names.join(', ')} } as const;
`;
}

/** Where the programs stand: apart from their interfaces, which whoever needs an address need not carry. */
function ids(addresses: ReadonlyMap<string, string>): string {
  return `// Generated by scripts/build/generate-idl-types.ts.

/** The addresses of all programs, by name. */
export const programIds = ${JSON.stringify(Object.fromEntries(addresses))} as const;
`;
}

/** The errors of the framework that the programs are built with, as its own client knows them. */
function frameworkErrors(): string {
  const errors = Object.entries(LangErrorCode).map(([name, code]) => {
    return [name, [code, LangErrorMessage.get(code) ?? name]] as const;
  });
  return `// Generated from @coral-xyz/anchor by scripts/build/generate-idl-types.ts.

/** The number and the sentence of each error of Anchor, by name. */
export const frameworkErrors = ${JSON.stringify(Object.fromEntries(errors))} as const;
`;
}

async function files(): Promise<Map<string, string>> {
  const names = (await readdir(SOURCE))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
  const result = new Map<string, string>();
  const addresses = new Map<string, string>();
  for (const name of names) {
    const idl = convertIdl(record(JSON.parse(await readFile(join(SOURCE, `${name}.json`), 'utf8')) as Json));
    result.set(join(TARGET, `${name}.ts`), program(name, idl));
    addresses.set(name, text(idl['address']));
  }
  result.set(join(TARGET, 'index.ts'), index(names));
  result.set(join(TARGET, 'ids.ts'), ids(addresses));
  result.set(join(TARGET, 'framework-errors.ts'), frameworkErrors());
  for (const [path, content] of result) {
    const options = await resolveConfig(path);
    result.set(path, await format(content, { ...options, filepath: path }));
  }
  return result;
}

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  const stale: string[] = [];
  for (const [path, content] of await files()) {
    if (check) {
      const present = await readFile(path, 'utf8').catch(() => '');
      if (present !== content) stale.push(path.slice(ROOT.length));
    } else {
      await writeFile(path, content);
    }
  }
  if (stale.length > 0) {
    process.stderr.write(`Not up to date, run "npm run generate": ${stale.join(', ')}\n`);
    process.exitCode = 1;
  }
}

await main();
