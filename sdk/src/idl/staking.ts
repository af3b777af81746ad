// Generated from idls/staking.json by scripts/build/generate-idl-types.ts.

/** The interface of the staking program. */
export const staking = {
  address: '5EnHQFchGbHAVp2nvfmvJhgsUnyDS2RqggoGtM4VUv5T',
  metadata: { name: 'staking', version: '0.1.0', spec: '0.1.0' },
  instructions: [],
  accounts: [{ name: 'node', discriminator: [208, 53, 1, 3, 49, 122, 180, 49] }],
  events: [],
  errors: [],
  types: [
    {
      name: 'node',
      type: {
        kind: 'struct',
        fields: [
          { name: 'version', type: 'u8' },
          { name: 'bump', type: 'u8' },
          { name: 'vaultBump', type: 'u8' },
          { name: 'id', type: 'u32' },
          { name: 'owner', type: 'pubkey' },
          { name: 'operator', type: 'pubkey' },
          { name: 'scheduler', type: { option: 'pubkey' } },
          { name: 'payout', type: 'pubkey' },
          { name: 'rentPayer', type: 'pubkey' },
          { name: 'class', type: 'pubkey' },
          { name: 'deviceCount', type: 'u8' },
          { name: 'bandwidth', type: { defined: { name: 'bandwidth' } } },
          { name: 'region', type: { array: ['u8', 16] } },
          { name: 'status', type: { defined: { name: 'nodeStatus' } } },
          { name: 'ownStake', type: 'u64' },
          { name: 'delegatedStake', type: 'u64' },
          { name: 'minimumStake', type: 'u64' },
          { name: 'registeredAt', type: 'i64' },
          { name: 'seq', type: 'u64' },
          { name: 'reserved', type: { array: ['u8', 256] } },
        ],
      },
    },
    {
      name: 'bandwidth',
      type: {
        kind: 'enum',
        variants: [{ name: 'belowLow' }, { name: 'low' }, { name: 'medium' }, { name: 'high' }],
      },
    },
    { name: 'nodeStatus', type: { kind: 'enum', variants: [{ name: 'active' }, { name: 'paused' }] } },
  ],
  constants: [],
} as const;

/** The type of {@link staking}, from which the types of its arguments, accounts, events and errors follow. */
export type Staking = typeof staking;
