/**
 * Imports every entry of the built SDK, both ways, in this process, and fails where that changed anything outside: a
 * global, a prototype, the environment, a listener, or something left running. What dependencies do counts not: they
 * are imported first.
 */
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';

const require = createRequire(new URL('../../sdk/package.json', import.meta.url));

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const BUILT_IN = [Object, Array, Function, String, Number, BigInt, Promise, Map, Set, Uint8Array, Error];

/** What could be seen from outside. */
function surroundings(): string[] {
  const keysOf = (name: string, object: object): string[] =>
    Reflect.ownKeys(object).map((key) => `${name}.${String(key)}`);
  return [
    ...keysOf('globalThis', globalThis),
    ...BUILT_IN.flatMap((one) => keysOf(`${one.name}.prototype`, one.prototype as object)),
    ...BUILT_IN.flatMap((one) => keysOf(one.name, one)),
    ...keysOf('process.env', process.env),
    ...process.eventNames().map((name) => `${process.listenerCount(name)} listeners of ${String(name)}`),
    ...process.getActiveResourcesInfo().map((what) => `running: ${what}`),
  ].sort();
}

const { exports, dependencies, peerDependencies } = require('./package.json') as Manifest;
const others = [...Object.keys(dependencies), ...Object.keys(peerDependencies)].filter(
  (name) => !name.startsWith('@noble/'),
);
for (const name of others) {
  await import(name);
  require(name);
}

const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'));
for (const entry of entries) {
  const name = `@ionet/sdk${entry.slice(1)}`;
  await setImmediate();
  const before = surroundings();
  await import(name);
  require(name);
  await setImmediate();
  const changed = surroundings().filter((what) => !before.includes(what));
  if (changed.length > 0) throw new Error(`importing ${name} does something: ${changed.join(', ')}`);
}
console.log(`importing changes nothing else: ${entries.length} entries, as ES modules and as CommonJS`);
