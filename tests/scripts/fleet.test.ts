import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { FleetError, parseFleet } from '../../scripts/start/fleet.js';

const EXAMPLE = readFileSync(new URL('../../examples/fleet.json', import.meta.url), 'utf8');

interface RawFleet {
  ioPrice?: unknown;
  hardware: Record<string, unknown>[];
  nodes: Record<string, unknown>[];
  [field: string]: unknown;
}

/** The problems of the example fleet with a change, one a line. */
function problems(change: (fleet: RawFleet) => void): string[] {
  const fleet = JSON.parse(EXAMPLE) as RawFleet;
  change(fleet);
  return problemsOf(JSON.stringify(fleet));
}

function problemsOf(json: string): string[] {
  try {
    parseFleet(json, 'fleet.json');
  } catch (error) {
    if (error instanceof FleetError) return error.message.split('\n');
    throw error;
  }
  throw new Error('the fleet was taken');
}

describe('fleet file', () => {
  it('the example is good', () => {
    const fleet = parseFleet(EXAMPLE, 'fleet.json');
    expect(fleet.nodes[0]).to.include({ name: 'helsinki-1', devices: 8, price: 2_490_000n });
    expect(fleet.hardware[0]).to.include({ name: 'H100', multiplierX100: 1_000 });
    expect(fleet.ioPrice).to.deep.equal({ price: 235_000_000n, conf: 0n, exponent: -8 });
  });

  const cases: readonly (readonly [string, (fleet: RawFleet) => void, string])[] = [
    [
      'too many devices',
      (fleet) => (fleet.nodes[1]!.devices = 9),
      'nodes[1].devices must be a whole number from 1 to 8',
    ],
    ['no devices', (fleet) => (fleet.nodes[1]!.devices = 0), 'nodes[1].devices must be'],
    ['half a device', (fleet) => (fleet.nodes[1]!.devices = 1.5), 'nodes[1].devices must be'],
    ['devices in quotation marks', (fleet) => (fleet.nodes[1]!.devices = '8'), 'without quotation marks'],
    [
      'a price without quotation marks',
      (fleet) => (fleet.nodes[0]!.price = 2.49),
      'nodes[0].price must be US dollars in quotation marks',
    ],
    ['a price of zero', (fleet) => (fleet.nodes[0]!.price = '0'), 'nodes[0].price must be US dollars'],
    [
      'a price above the limit',
      (fleet) => (fleet.nodes[0]!.price = '1000.01'),
      'nodes[0].price must be US dollars',
    ],
    ['a price of 7 decimals', (fleet) => (fleet.nodes[0]!.price = '1.0000001'), 'with at most 6 decimals'],
    ['a missing owner', (fleet) => delete fleet.nodes[2]!.owner, 'nodes[2].owner is missing: it must be'],
    [
      'unknown hardware',
      (fleet) => (fleet.nodes[0]!.hardware = 'H200'),
      'nodes[0].hardware is "H200": name one of the models "H100"',
    ],
    [
      'a misspelt field',
      (fleet) => (fleet.nodes[0]!.prize = '1'),
      'nodes[0].prize is not a field: remove it, or correct its name',
    ],
    [
      'two nodes of one name',
      (fleet) => (fleet.nodes[1]!.name = 'helsinki-1'),
      'nodes[1].name is taken by nodes[0]',
    ],
    [
      'two models of one name',
      (fleet) => (fleet.hardware[1]!.name = 'H100'),
      'hardware[1].name is taken by hardware[0]',
    ],
    [
      'an unknown bandwidth',
      (fleet) => (fleet.nodes[0]!.bandwidth = 'fast'),
      'nodes[0].bandwidth must be one of "belowLow"',
    ],
    [
      'a region in capitals',
      (fleet) => (fleet.nodes[0]!.region = 'EU'),
      'nodes[0].region must be small letters',
    ],
    [
      'a multiplier above the limit',
      (fleet) => (fleet.hardware[0]!.multiplierX100 = 10_001),
      'hardware[0].multiplierX100 must be a whole number from 1 to 10000',
    ],
    [
      'an unknown kind',
      (fleet) => (fleet.hardware[0]!.kind = 'tpu'),
      'hardware[0].kind must be one of "gpu", "cpu"',
    ],
    ['a price of IO of nothing', (fleet) => (fleet.ioPrice = '0.0'), 'ioPrice must be US dollars per IO'],
    [
      'a price of IO of 9 decimals',
      (fleet) => (fleet.ioPrice = '1.000000001'),
      'ioPrice must be US dollars per IO',
    ],
    ['no nodes', (fleet) => (fleet.nodes = []), 'nodes must be a list of 1 to 50 nodes'],
    ['a field of its own', (fleet) => (fleet.comment = 'hello'), 'comment is not a field'],
  ];
  for (const [name, change, problem] of cases) {
    it(`refuses ${name}`, () => {
      const lines = problems(change).filter((line) => line.includes(problem));
      expect(lines, problems(change).join('\n')).to.have.length(1);
      expect(lines[0]).to.match(/^fleet\.json: /);
    });
  }

  it('names every field that is wrong', () => {
    const lines = problems((fleet) => {
      fleet.nodes[0]!.devices = 9;
      fleet.nodes[3]!.price = 'cheap';
    });
    expect(lines).to.have.length(2);
  });

  it('refuses what is no fleet', () => {
    expect(problemsOf('{')[0]).to.match(/^fleet\.json is not JSON: /);
    expect(problemsOf('[]')).to.deep.equal([
      'fleet.json: the whole must be an object with "ioPrice", "hardware" and "nodes"',
    ]);
  });
});
