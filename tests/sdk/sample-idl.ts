/** An interface made by hand that has every kind of type. */
export const sample = {
  address: '11111111111111111111111111111111',
  metadata: { name: 'sample', version: '0.1.0', spec: '0.1.0' },
  instructions: [
    {
      name: 'run',
      discriminator: [1, 2, 3, 4, 5, 6, 7, 8],
      accounts: [],
      args: [
        { name: 'devices', type: 'u8' },
        { name: 'limit', type: 'u64' },
        { name: 'state', type: { defined: { name: 'state' } } },
      ],
    },
  ],
  accounts: [{ name: 'everything', discriminator: [9, 9, 9, 9, 9, 9, 9, 9] }],
  events: [{ name: 'started', discriminator: [8, 7, 6, 5, 4, 3, 2, 1] }],
  errors: [],
  types: [
    {
      name: 'state',
      type: { kind: 'enum', variants: [{ name: 'idle' }, { name: 'running' }, { name: 'endedByBuyer' }] },
    },
    {
      name: 'shape',
      type: {
        kind: 'enum',
        variants: [{ name: 'none' }, { name: 'circle', fields: [{ name: 'radius', type: 'u64' }] }],
      },
    },
    {
      name: 'nested',
      type: {
        kind: 'struct',
        fields: [
          { name: 'admin', type: 'pubkey' },
          { name: 'pending', type: { option: 'pubkey' } },
        ],
      },
    },
    { name: 'started', type: { kind: 'struct', fields: [{ name: 'seq', type: 'u64' }] } },
    {
      name: 'everything',
      type: {
        kind: 'struct',
        fields: [
          { name: 'flag', type: 'bool' },
          { name: 'small', type: 'u8' },
          { name: 'signed', type: 'i32' },
          { name: 'big', type: 'u64' },
          { name: 'time', type: 'i64' },
          { name: 'huge', type: 'u128' },
          { name: 'debt', type: 'i128' },
          { name: 'owner', type: 'pubkey' },
          { name: 'seed', type: { array: ['u8', 32] } },
          { name: 'pair', type: { array: ['u16', 2] } },
          { name: 'state', type: { defined: { name: 'state' } } },
          { name: 'shape', type: { defined: { name: 'shape' } } },
          { name: 'nested', type: { defined: { name: 'nested' } } },
          { name: 'maybe', type: { option: 'u64' } },
          { name: 'members', type: { vec: 'pubkey' } },
          { name: 'raw', type: 'bytes' },
          { name: 'name', type: 'string' },
        ],
      },
    },
  ],
  constants: [],
} as const;
