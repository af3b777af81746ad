// Generated from idls/treasury.json by scripts/build/generate-idl-types.ts.

/** The interface of the treasury program. */
export const treasury = {
  address: 'GuZkCQVsUWMrQ4Dbd5YaDJpxoJjxrUcRZnMK18PdAn8R',
  metadata: { name: 'treasury', version: '0.1.0', spec: '0.1.0' },
  instructions: [],
  accounts: [],
  events: [],
  errors: [],
  types: [],
  constants: [
    { name: 'FEE_VAULT_SEED', type: 'bytes', value: '[102, 101, 101, 95, 118, 97, 117, 108, 116]' },
  ],
} as const;

/** The type of {@link treasury}, from which the types of its arguments, accounts, events and errors follow. */
export type Treasury = typeof treasury;
