// Generated from idls/oracle.json by scripts/build/generate-idl-types.ts.

/** The interface of the oracle program. */
export const oracle = {
  address: '99NYgyEd6qgQr3d4EnNUdHmHQrgogcoCJ4Z1hHUiqtrM',
  metadata: { name: 'oracle', version: '0.1.0', spec: '0.1.0' },
  instructions: [],
  accounts: [{ name: 'jobUsage', discriminator: [139, 222, 97, 65, 4, 247, 129, 236] }],
  events: [],
  errors: [],
  types: [
    {
      name: 'jobUsage',
      type: {
        kind: 'struct',
        fields: [
          { name: 'version', type: 'u8' },
          { name: 'bump', type: 'u8' },
          { name: 'job', type: 'pubkey' },
          { name: 'rentPayer', type: 'pubkey' },
          { name: 'verifiedSeconds', type: 'u64' },
          { name: 'asOf', type: 'i64' },
          { name: 'sequence', type: 'u64' },
          { name: 'lastReportAt', type: 'i64' },
          { name: 'reserved', type: { array: ['u8', 16] } },
        ],
      },
    },
  ],
  constants: [{ name: 'JOB_USAGE_SEED', type: 'bytes', value: '[106, 111, 98, 95, 117, 115, 97, 103, 101]' }],
} as const;

/** The type of {@link oracle}, from which the types of its arguments, accounts, events and errors follow. */
export type Oracle = typeof oracle;
