import { counted, fixed, IO } from '../format.js';
import type { AirdropManifest } from './manifest.js';

/** A build for people to read, in Markdown. */
export function describeBuild(manifest: AirdropManifest): string {
  const { season, formula, shards } = manifest;
  const rows: readonly (readonly [string, string])[] = [
    ['season on chain', `${season.id}, \`${season.address}\``],
    ['pool', `${fixed(BigInt(manifest.pool), IO)} IO`],
    ['goes to wallets', `${fixed(BigInt(manifest.total), IO)} IO`],
    ['stays in the season', `${fixed(BigInt(manifest.remainder), IO)} IO`],
    ['points', grouped(manifest.points)],
    ['points : IO', `${manifest.ratio} : 1`],
    ['wallets', grouped(String(manifest.leaves))],
    ['longest proof', counted(manifest.depth, 'hash').replace(/hashs$/, 'hashes')],
    ['root', `\`${manifest.root}\``],
    ['hash of the inputs', `\`${manifest.inputsHash}\``],
    ['formula', `${formula.id}, \`${formula.hash}\``],
  ];
  return [
    '# Airdrop',
    '',
    '| | |',
    '| --- | --- |',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
    'A wallet gets `floor(pool * points / all points)`; who gets less than a base unit has no leaf.',
    'Check it against the points that it came from: `io airdrop verify --dir . --points FILE.csv`.',
    '',
    '| shard | first leaf | leaves | IO |',
    '| ---: | ---: | ---: | ---: |',
    ...shards.map(
      ({ index, firstLeaf, leaves, total }) =>
        `| ${index} | ${grouped(String(firstLeaf))} | ${grouped(String(leaves))} | ${fixed(BigInt(total), IO)} |`,
    ),
    '',
  ].join('\n');
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, ',');
}
