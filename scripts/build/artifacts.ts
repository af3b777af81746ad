/**
 * Keeps the committed programs (artifacts/) and IDLs (idls/) equal to what the sources build.
 *
 *   tsx scripts/build/artifacts.ts write    after a build: copies target/deploy and target/idl
 *   tsx scripts/build/artifacts.ts check    after a build: fails where a committed byte differs
 *   tsx scripts/build/artifacts.ts sources  without a build: fails where the sources changed since
 *   tsx scripts/build/artifacts.ts markets  builds the programs of others that tests trade on, which takes minutes
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const STAMP = join(ROOT, 'artifacts/build.json');
const PROGRAMS = readdirSync(join(ROOT, 'programs')).sort();
/** Programs that only tests call: built and compared, but not part of what is deployed. */
const TEST_PROGRAMS = readdirSync(join(ROOT, 'tests/programs')).sort();

/** Programs of others that tests trade on. They build for minutes, so that only their sources are compared. */
const MARKETS = readdirSync(join(ROOT, 'tests/markets')).sort();

/** What a market was built from, and what came out. */
interface MarketBuild {
  toolchain: string;
  /** sha256 over its manifest, lockfile and sources. */
  sources: string;
  sha256: string;
  bytes: number;
}

interface Build {
  /** What `cargo build-sbf --version` says of the compiler. */
  toolchain: string;
  /** sha256 over the names and bytes of all files that the programs are built from. */
  sources: string;
  programs: Record<string, { sha256: string; bytes: number }>;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Tests and examples of a crate are not part of what it builds. */
const isBuilt = (file: string): boolean =>
  file !== '' && !/^(crates|programs)\/[^/]+\/(tests|examples)\//.test(file) && existsSync(join(ROOT, file));

function hashOfSources(): string {
  return hashOf(['crates', 'programs', 'tests/programs', 'Cargo.toml', 'Cargo.lock', 'idls']);
}

/** Of all committed files below these paths. */
function hashOf(paths: readonly string[]): string {
  const files = execFileSync('git', ['ls-files', '-z', '--', ...paths], { cwd: ROOT, encoding: 'utf8' });
  const hash = createHash('sha256');
  for (const file of files.split('\0').filter(isBuilt)) {
    hash.update(`${file}\0${sha256(readFileSync(join(ROOT, file)))}\n`);
  }
  return hash.digest('hex');
}

/** Pairs of what was built and what is committed. */
function outputs(): { built: string; committed: string }[] {
  return [
    ...PROGRAMS.flatMap((name) => [
      { built: `target/deploy/${name}.so`, committed: `artifacts/${name}.so` },
      { built: `target/idl/${name}.json`, committed: `idls/${name}.json` },
    ]),
    ...TEST_PROGRAMS.map((name) => ({
      built: `target/deploy/${name}.so`,
      committed: `artifacts/test/${name}.so`,
    })),
  ];
}

function toolchainVersion(): string {
  return execFileSync('cargo', ['build-sbf', '--version'], { cwd: ROOT, encoding: 'utf8' }).trim();
}

function stampOfBuild(): Build {
  const programs = Object.fromEntries(
    PROGRAMS.map((name) => {
      const bytes = readFileSync(join(ROOT, `target/deploy/${name}.so`));
      return [name, { sha256: sha256(bytes), bytes: bytes.length }];
    }),
  );
  return { toolchain: toolchainVersion(), sources: hashOfSources(), programs };
}

function write(): void {
  mkdirSync(join(ROOT, 'artifacts/test'), { recursive: true });
  for (const { built, committed } of outputs()) {
    writeFileSync(join(ROOT, committed), readFileSync(join(ROOT, built)));
  }
  writeFileSync(STAMP, `${JSON.stringify(stampOfBuild(), null, 2)}\n`);
}

/** What differs, in words. */
function differences(): string[] {
  return outputs().flatMap(({ built, committed }) => {
    if (!existsSync(join(ROOT, built))) return [`${built} was not built`];
    if (!existsSync(join(ROOT, committed))) return [`${committed} is not committed`];
    const same = readFileSync(join(ROOT, built)).equals(readFileSync(join(ROOT, committed)));
    return same ? [] : [`${committed} differs from ${built}`];
  });
}

function staleSources(): string[] {
  const committed = JSON.parse(readFileSync(STAMP, 'utf8')) as Build;
  const wrongBytes = PROGRAMS.filter((name) => {
    const bytes = readFileSync(join(ROOT, `artifacts/${name}.so`));
    return committed.programs[name]?.sha256 !== sha256(bytes);
  }).map((name) => `artifacts/${name}.so is not the program that artifacts/build.json names`);
  const changed =
    committed.sources === hashOfSources() ? [] : ['the sources changed since the programs were built'];
  return [...changed, ...wrongBytes];
}

const marketProgram = (name: string): string => `artifacts/test/${name}.so`;
const marketStamp = (name: string): string => `artifacts/test/${name}.json`;

/** Builds the markets outside of the repository, and keeps what came out with what it was made of. */
function buildMarkets(): void {
  for (const name of MARKETS) {
    const out = mkdtempSync(join(tmpdir(), `${name}-`));
    const manifest = join(ROOT, 'tests/markets', name, 'Cargo.toml');
    execFileSync('cargo', ['build-sbf', '--manifest-path', manifest, '--sbf-out-dir', out], {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, CARGO_TARGET_DIR: join(ROOT, 'target/markets', name) },
    });
    const program = readFileSync(join(out, `${name.replaceAll('-', '_')}.so`));
    rmSync(out, { recursive: true });
    writeFileSync(join(ROOT, marketProgram(name)), program);
    const stamp: MarketBuild = {
      toolchain: toolchainVersion(),
      sources: hashOf([`tests/markets/${name}`]),
      sha256: sha256(program),
      bytes: program.length,
    };
    writeFileSync(join(ROOT, marketStamp(name)), `${JSON.stringify(stamp, null, 2)}\n`);
  }
}

function staleMarkets(): string[] {
  return MARKETS.flatMap((name) => {
    const stamp = JSON.parse(readFileSync(join(ROOT, marketStamp(name)), 'utf8')) as MarketBuild;
    const program = sha256(readFileSync(join(ROOT, marketProgram(name))));
    return [
      ...(stamp.sources === hashOf([`tests/markets/${name}`])
        ? []
        : [`the sources of ${name} changed since it was built: npm run artifacts:markets`]),
      ...(stamp.sha256 === program
        ? []
        : [`${marketProgram(name)} is not the program that ${marketStamp(name)} names`]),
    ];
  });
}

function fail(problems: string[]): void {
  if (problems.length === 0) return;
  console.error(problems.join('\n'));
  console.error(
    'Build the programs and their IDLs (README, Building the programs), then: npm run artifacts:write',
  );
  process.exitCode = 1;
}

const command = process.argv[2];
if (command === 'write') write();
else if (command === 'check') fail([...differences(), ...staleSources(), ...staleMarkets()]);
else if (command === 'sources') fail([...staleSources(), ...staleMarkets()]);
else if (command === 'markets') buildMarkets();
else {
  console.error('usage: artifacts.ts write|check|sources|markets');
  process.exitCode = 2;
}
