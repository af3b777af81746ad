// Generated from idls/escrow.json by scripts/build/generate-idl-types.ts.

/** The interface of the escrow program. */
export const escrow = {
  address: '7zuH7oNA1B8YxZjpjjUHVGWZWt6N9QYCDTD3PsVChLhw',
  metadata: { name: 'escrow', version: '0.1.0', spec: '0.1.0' },
  instructions: [],
  accounts: [
    { name: 'job', discriminator: [75, 124, 80, 203, 161, 180, 202, 80] },
    { name: 'nodeLoad', discriminator: [232, 77, 16, 42, 142, 216, 65, 107] },
  ],
  events: [],
  errors: [],
  types: [
    {
      name: 'job',
      type: {
        kind: 'struct',
        fields: [
          { name: 'version', type: 'u8' },
          { name: 'bump', type: 'u8' },
          { name: 'vaultBump', type: 'u8' },
          { name: 'id', type: 'u64' },
          { name: 'buyer', type: 'pubkey' },
          { name: 'node', type: 'pubkey' },
          { name: 'offer', type: 'pubkey' },
          { name: 'payout', type: 'pubkey' },
          { name: 'rentPayer', type: 'pubkey' },
          { name: 'payment', type: { defined: { name: 'payment' } } },
          { name: 'devices', type: 'u8' },
          { name: 'hours', type: 'u32' },
          { name: 'state', type: { defined: { name: 'jobState' } } },
          { name: 'reason', type: { defined: { name: 'endReason' } } },
          { name: 'bookedAt', type: 'i64' },
          { name: 'startAt', type: 'i64' },
          { name: 'startedAt', type: 'i64' },
          { name: 'endedAt', type: 'i64' },
          { name: 'usdValue', type: 'u64' },
          { name: 'price', type: 'u64' },
          { name: 'compute', type: 'u64' },
          { name: 'baseEarned', type: 'u64' },
          { name: 'baseSeconds', type: 'u64' },
          { name: 'billedSeconds', type: 'u64' },
          { name: 'bookingFeeBps', type: 'u16' },
          { name: 'handlingFeeBps', type: 'u16' },
          { name: 'chargedBookingFee', type: 'u64' },
          { name: 'chargedHandlingFee', type: 'u64' },
          { name: 'paidIn', type: 'u64' },
          { name: 'donated', type: 'u64' },
          { name: 'paidToNode', type: 'u64' },
          { name: 'paidToFees', type: 'u64' },
          { name: 'refunded', type: 'u64' },
          { name: 'owedToNode', type: 'u64' },
          { name: 'owedToFees', type: 'u64' },
          { name: 'owedToBuyer', type: 'u64' },
          { name: 'seq', type: 'u64' },
          { name: 'reserved', type: { array: ['u8', 32] } },
        ],
      },
    },
    {
      name: 'nodeLoad',
      type: {
        kind: 'struct',
        fields: [
          { name: 'version', type: 'u8' },
          { name: 'bump', type: 'u8' },
          { name: 'node', type: 'pubkey' },
          { name: 'rentPayer', type: 'pubkey' },
          { name: 'devicesBusy', type: 'u8' },
          { name: 'offers', type: 'u16' },
          { name: 'jobs', type: 'u32' },
          { name: 'reserved', type: { array: ['u8', 32] } },
        ],
      },
    },
    { name: 'payment', type: { kind: 'enum', variants: [{ name: 'io' }, { name: 'usdc' }] } },
    {
      name: 'jobState',
      type: {
        kind: 'enum',
        variants: [
          { name: 'booked' },
          { name: 'running' },
          { name: 'ending' },
          { name: 'ended' },
          { name: 'cancelled' },
          { name: 'expired' },
        ],
      },
    },
    {
      name: 'endReason',
      type: {
        kind: 'enum',
        variants: [
          { name: 'none' },
          { name: 'completed' },
          { name: 'endedByBuyer' },
          { name: 'released' },
          { name: 'oracleSilence' },
          { name: 'cancelled' },
          { name: 'notStarted' },
        ],
      },
    },
  ],
  constants: [
    { name: 'NODE_LOAD_SEED', type: 'bytes', value: '[110, 111, 100, 101, 95, 108, 111, 97, 100]' },
  ],
} as const;

/** The type of {@link escrow}, from which the types of its arguments, accounts, events and errors follow. */
export type Escrow = typeof escrow;
