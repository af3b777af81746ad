// Generated from idls/treasury.json by scripts/build/generate-idl-types.ts.

/** The interface of the treasury program. */
export const treasury = {
  address: 'GuZkCQVsUWMrQ4Dbd5YaDJpxoJjxrUcRZnMK18PdAn8R',
  metadata: { name: 'treasury', version: '0.1.0', spec: '0.1.0' },
  instructions: [
    {
      name: 'acceptAdmin',
      discriminator: [112, 42, 45, 90, 116, 181, 13, 170],
      accounts: [
        { name: 'newAdmin', signer: true },
        { name: 'treasury', writable: true },
        { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
      ],
      args: [],
    },
    {
      name: 'burnIoFees',
      discriminator: [54, 175, 223, 118, 232, 119, 135, 109],
      accounts: [
        { name: 'treasury', writable: true },
        { name: 'ioMint', writable: true },
        { name: 'ioFeeVault', writable: true },
        { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
      ],
      args: [],
    },
    {
      name: 'buyCredits',
      discriminator: [14, 173, 58, 38, 248, 235, 115, 102],
      accounts: [
        { name: 'buyer', signer: true },
        { name: 'payer', writable: true, signer: true },
        { name: 'owner' },
        { name: 'treasury' },
        { name: 'usdcMint' },
        { name: 'credits', writable: true },
        { name: 'buyerTokenAccount', writable: true },
        { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
        { name: 'systemProgram', address: '11111111111111111111111111111111' },
      ],
      args: [{ name: 'amount', type: 'u64' }],
    },
    {
      name: 'closeCredits',
      discriminator: [162, 114, 54, 52, 254, 154, 164, 16],
      accounts: [
        { name: 'owner', writable: true, signer: true },
        { name: 'treasury' },
        { name: 'credits', writable: true },
        { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
      ],
      args: [],
    },
    {
      name: 'initialize',
      discriminator: [175, 175, 109, 31, 13, 152, 155, 237],
      accounts: [
        { name: 'authority', writable: true, signer: true },
        { name: 'program', address: 'GuZkCQVsUWMrQ4Dbd5YaDJpxoJjxrUcRZnMK18PdAn8R' },
        { name: 'programData' },
        { name: 'treasury', writable: true },
        { name: 'ioMint' },
        { name: 'usdcMint' },
        { name: 'ioFeeVault', writable: true },
        { name: 'usdcFeeVault', writable: true },
        { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
        { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
        { name: 'systemProgram', address: '11111111111111111111111111111111' },
      ],
      args: [{ name: 'args', type: { defined: { name: 'initializeArgs' } } }],
    },
    {
      name: 'proposeAdmin',
      discriminator: [121, 214, 199, 212, 87, 39, 117, 234],
      accounts: [
        { name: 'admin', signer: true },
        { name: 'treasury', writable: true },
        { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
      ],
      args: [{ name: 'newAdmin', type: 'pubkey' }],
    },
    {
      name: 'spendCredits',
      discriminator: [71, 37, 166, 174, 77, 85, 195, 253],
      accounts: [
        { name: 'escrowConfig', signer: true },
        { name: 'owner', signer: true },
        { name: 'treasury' },
        { name: 'credits', writable: true },
        { name: 'job' },
        { name: 'jobVault', writable: true },
        { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
      ],
      args: [{ name: 'amount', type: 'u64' }],
    },
  ],
  accounts: [{ name: 'treasury', discriminator: [238, 239, 123, 238, 89, 1, 168, 253] }],
  events: [
    { name: 'adminChanged', discriminator: [232, 34, 31, 226, 62, 18, 19, 114] },
    { name: 'adminProposed', discriminator: [129, 249, 226, 227, 199, 82, 110, 243] },
    { name: 'creditsBought', discriminator: [176, 237, 13, 63, 123, 84, 185, 118] },
    { name: 'creditsClosed', discriminator: [186, 119, 197, 209, 44, 134, 203, 40] },
    { name: 'creditsSpent', discriminator: [118, 38, 248, 135, 219, 159, 130, 226] },
    { name: 'ioFeesBurned', discriminator: [0, 61, 163, 143, 207, 165, 83, 34] },
    { name: 'treasuryInitialized', discriminator: [199, 73, 174, 205, 59, 145, 55, 179] },
  ],
  errors: [
    {
      code: 6000,
      name: 'NotUpgradeAuthority',
      msg: "Only the program's upgrade authority may initialize it: sign with that key",
    },
    {
      code: 6001,
      name: 'NotAdmin',
      msg: 'Only the admin may do this: sign with the admin key of the treasury',
    },
    {
      code: 6002,
      name: 'NotPendingAdmin',
      msg: 'Only the proposed admin may accept: sign with the key that the admin proposed',
    },
    {
      code: 6003,
      name: 'DurableNonceRefused',
      msg: 'Privileged instructions refuse durable-nonce transactions: sign with a recent blockhash',
    },
    {
      code: 6004,
      name: 'NotInstructionsSysvar',
      msg: 'This account is not the instructions sysvar: pass Sysvar1nstructions1111111111111111111111111',
    },
    {
      code: 6005,
      name: 'InvalidAdmin',
      msg: 'The admin must not be the default key: name the multisig that changes this program',
    },
    {
      code: 6006,
      name: 'InvalidIoMint',
      msg: 'The IO mint must be a mint of the SPL Token program with 8 decimals',
    },
    {
      code: 6007,
      name: 'InvalidUsdcMint',
      msg: 'The USDC mint must be a mint of the SPL Token program with 6 decimals',
    },
    {
      code: 6008,
      name: 'WrongIoMint',
      msg: 'This mint is not the IO mint of the treasury: pass the mint that the treasury names',
    },
    {
      code: 6009,
      name: 'NothingToBurn',
      msg: 'The IO fee vault is empty: try again when orders have paid fees',
    },
    {
      code: 6010,
      name: 'BurnMismatch',
      msg: 'Supply and vault did not fall by the amount burned: nothing was burned, please report this',
    },
    {
      code: 6011,
      name: 'AmountOverflow',
      msg: 'A total left the range of 64 bits: nothing was burned, please report this',
    },
    { code: 6012, name: 'ZeroAmount', msg: 'Name at least one base unit' },
    {
      code: 6013,
      name: 'WrongUsdcMint',
      msg: 'This mint is not the USDC mint of the treasury: pass the mint that the treasury names',
    },
    {
      code: 6014,
      name: 'WrongBuyerTokenAccount',
      msg: 'The token account does not belong to the buyer, or holds another mint than USDC',
    },
    {
      code: 6015,
      name: 'NotEscrow',
      msg: 'Credits are spent through escrow alone: book or extend a job with them',
    },
    { code: 6016, name: 'WrongJobVault', msg: 'The job must be an account of escrow, and the vault its own' },
    {
      code: 6017,
      name: 'NotEnoughCredits',
      msg: 'There are too few credits: buy more, or pay in USDC or IO',
    },
    {
      code: 6018,
      name: 'CreditsNotEmpty',
      msg: 'There are credits left: spend them before the account is closed',
    },
  ],
  types: [
    {
      name: 'adminChanged',
      type: {
        kind: 'struct',
        fields: [
          { name: 'admin', type: 'pubkey' },
          { name: 'seq', type: 'u64' },
        ],
      },
    },
    {
      name: 'adminProposed',
      type: {
        kind: 'struct',
        fields: [
          { name: 'admin', type: 'pubkey' },
          { name: 'pendingAdmin', type: { option: 'pubkey' } },
          { name: 'seq', type: 'u64' },
        ],
      },
    },
    {
      name: 'creditsBought',
      type: {
        kind: 'struct',
        fields: [
          { name: 'owner', type: 'pubkey' },
          { name: 'buyer', type: 'pubkey' },
          { name: 'amount', type: 'u64' },
          { name: 'balance', type: 'u64' },
        ],
      },
    },
    { name: 'creditsClosed', type: { kind: 'struct', fields: [{ name: 'owner', type: 'pubkey' }] } },
    {
      name: 'creditsSpent',
      type: {
        kind: 'struct',
        fields: [
          { name: 'owner', type: 'pubkey' },
          { name: 'job', type: 'pubkey' },
          { name: 'amount', type: 'u64' },
          { name: 'balance', type: 'u64' },
        ],
      },
    },
    {
      name: 'governance',
      type: {
        kind: 'struct',
        fields: [
          { name: 'admin', type: 'pubkey' },
          { name: 'pendingAdmin', type: { option: 'pubkey' } },
          { name: 'pauser', type: 'pubkey' },
          { name: 'pausedUntil', type: 'i64' },
        ],
      },
    },
    { name: 'initializeArgs', type: { kind: 'struct', fields: [{ name: 'admin', type: 'pubkey' }] } },
    {
      name: 'ioFeesBurned',
      type: {
        kind: 'struct',
        fields: [
          { name: 'amount', type: 'u64' },
          { name: 'ioBurned', type: 'u64' },
          { name: 'supplyAfter', type: 'u64' },
          { name: 'seq', type: 'u64' },
        ],
      },
    },
    {
      name: 'treasury',
      type: {
        kind: 'struct',
        fields: [
          { name: 'version', type: 'u8' },
          { name: 'bump', type: 'u8' },
          { name: 'ioFeeVaultBump', type: 'u8' },
          { name: 'usdcFeeVaultBump', type: 'u8' },
          { name: 'governance', type: { defined: { name: 'governance' } } },
          { name: 'ioMint', type: 'pubkey' },
          { name: 'usdcMint', type: 'pubkey' },
          { name: 'escrowConfig', type: 'pubkey' },
          { name: 'ioBurned', type: 'u64' },
          { name: 'seq', type: 'u64' },
          { name: 'reserved', type: { array: ['u8', 128] } },
        ],
      },
    },
    {
      name: 'treasuryInitialized',
      type: {
        kind: 'struct',
        fields: [
          { name: 'admin', type: 'pubkey' },
          { name: 'ioMint', type: 'pubkey' },
          { name: 'usdcMint', type: 'pubkey' },
          { name: 'ioFeeVault', type: 'pubkey' },
          { name: 'usdcFeeVault', type: 'pubkey' },
          { name: 'seq', type: 'u64' },
        ],
      },
    },
  ],
  constants: [
    { name: 'CREDITS_SEED', type: 'bytes', value: '[99, 114, 101, 100, 105, 116, 115]' },
    { name: 'FEE_VAULT_SEED', type: 'bytes', value: '[102, 101, 101, 95, 118, 97, 117, 108, 116]' },
    { name: 'IO_DECIMALS', type: 'u8', value: '8' },
    { name: 'TREASURY_SEED', type: 'bytes', value: '[116, 114, 101, 97, 115, 117, 114, 121]' },
    { name: 'USDC_DECIMALS', type: 'u8', value: '6' },
  ],
} as const;

/** The type of {@link treasury}, from which the types of its arguments, accounts, events and errors follow. */
export type Treasury = typeof treasury;
