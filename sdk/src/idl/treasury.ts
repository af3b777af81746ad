// Generated from idls/treasury.json by scripts/build/generate-idl-types.ts.

const address = 'GuZkCQVsUWMrQ4Dbd5YaDJpxoJjxrUcRZnMK18PdAn8R' as const;
const metadata = { name: 'treasury', version: '0.1.0', spec: '0.1.0' } as const;
const instructions = [
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
    name: 'fillAuction',
    discriminator: [51, 225, 89, 197, 65, 5, 178, 250],
    accounts: [
      { name: 'filler', signer: true },
      { name: 'treasury', writable: true },
      { name: 'auction', writable: true },
      { name: 'receipts', writable: true },
      { name: 'ioMint', writable: true },
      { name: 'usdcFeeVault', writable: true },
      { name: 'fillerIoAccount', writable: true },
      { name: 'destination', writable: true },
      { name: 'priceAccount' },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
    ],
    args: [{ name: 'args', type: { defined: { name: 'fillAuctionArgs' } } }],
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
      { name: 'auction', writable: true },
      { name: 'receipts', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
    ],
    args: [{ name: 'args', type: { defined: { name: 'initializeArgs' } } }],
  },
  {
    name: 'observePrice',
    discriminator: [147, 178, 4, 21, 14, 213, 81, 159],
    accounts: [{ name: 'treasury' }, { name: 'auction', writable: true }, { name: 'priceAccount' }],
    args: [],
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
  {
    name: 'updateConfig',
    discriminator: [29, 158, 252, 191, 10, 83, 219, 99],
    accounts: [
      { name: 'admin', signer: true },
      { name: 'treasury', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [{ name: 'args', type: { defined: { name: 'updateConfigArgs' } } }],
  },
] as const;
const types = [
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
    name: 'auction',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u8' },
        { name: 'bump', type: 'u8' },
        { name: 'hour', type: 'i64' },
        { name: 'lot', type: 'u64' },
        { name: 'left', type: 'u64' },
        { name: 'hourIo', type: 'u64' },
        { name: 'reference', type: 'u64' },
        { name: 'lastPrice', type: 'u64' },
        { name: 'lastGoodAt', type: 'i64' },
        { name: 'usdcSold', type: 'u64' },
        { name: 'ioBurned', type: 'u64' },
        { name: 'fills', type: 'u64' },
        { name: 'seq', type: 'u64' },
        { name: 'reserved', type: { array: ['u8', 64] } },
      ],
    },
  },
  {
    name: 'configUpdated',
    type: {
      kind: 'struct',
      fields: [
        { name: 'priceAccount', type: 'pubkey' },
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
    name: 'feesSold',
    type: {
      kind: 'struct',
      fields: [
        { name: 'filler', type: 'pubkey' },
        { name: 'usdc', type: 'u64' },
        { name: 'ioBurned', type: 'u64' },
        { name: 'askBps', type: 'u64' },
        { name: 'price', type: 'u64' },
        { name: 'reference', type: 'u64' },
        { name: 'left', type: 'u64' },
        { name: 'usdcSold', type: 'u64' },
        { name: 'totalIoBurned', type: 'u64' },
        { name: 'vaultBalance', type: 'u64' },
        { name: 'supplyAfter', type: 'u64' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'fillAuctionArgs',
    type: {
      kind: 'struct',
      fields: [
        { name: 'usdc', type: 'u64' },
        { name: 'maxIo', type: 'u64' },
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
  {
    name: 'initializeArgs',
    type: {
      kind: 'struct',
      fields: [
        { name: 'admin', type: 'pubkey' },
        { name: 'priceFeedId', type: { array: ['u8', 32] } },
        { name: 'priceAccount', type: 'pubkey' },
      ],
    },
  },
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
    name: 'priceObserved',
    type: {
      kind: 'struct',
      fields: [
        { name: 'price', type: 'u64' },
        { name: 'observedAt', type: 'i64' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'receipt',
    type: {
      kind: 'struct',
      fields: [
        { name: 'filler', type: 'pubkey' },
        { name: 'filledAt', type: 'i64' },
        { name: 'usdc', type: 'u64' },
        { name: 'ioBurned', type: 'u64' },
        { name: 'askBps', type: 'u64' },
        { name: 'price', type: 'u64' },
        { name: 'reference', type: 'u64' },
        { name: 'usdcSold', type: 'u64' },
        { name: 'totalIoBurned', type: 'u64' },
      ],
    },
  },
  {
    name: 'receipts',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u8' },
        { name: 'bump', type: 'u8' },
        { name: 'padding', type: { array: ['u8', 6] } },
        { name: 'count', type: 'u64' },
        { name: 'receipts', type: { array: [{ defined: { name: 'receipt' } }, 64] } },
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
        { name: 'priceFeedId', type: { array: ['u8', 32] } },
        { name: 'priceAccount', type: 'pubkey' },
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
        { name: 'priceFeedId', type: { array: ['u8', 32] } },
        { name: 'priceAccount', type: 'pubkey' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  { name: 'updateConfigArgs', type: { kind: 'struct', fields: [{ name: 'priceAccount', type: 'pubkey' }] } },
] as const;

/** The constants of the treasury program, its seeds among them. */
export const treasuryConstants = [
  { name: 'AUCTION_SEED', type: 'bytes', value: '[97, 117, 99, 116, 105, 111, 110]' },
  { name: 'CREDITS_SEED', type: 'bytes', value: '[99, 114, 101, 100, 105, 116, 115]' },
  { name: 'FEE_VAULT_SEED', type: 'bytes', value: '[102, 101, 101, 95, 118, 97, 117, 108, 116]' },
  { name: 'IO_DECIMALS', type: 'u8', value: '8' },
  { name: 'RECEIPTS_SEED', type: 'bytes', value: '[114, 101, 99, 101, 105, 112, 116, 115]' },
  { name: 'TREASURY_SEED', type: 'bytes', value: '[116, 114, 101, 97, 115, 117, 114, 121]' },
  { name: 'USDC_DECIMALS', type: 'u8', value: '6' },
] as const;

/** What building instructions of the treasury program takes. */
export const treasuryInstructions = { address, metadata, instructions, types } as const;

/** The interface of the treasury program. */
export const treasury = {
  address,
  metadata,
  instructions,
  accounts: [
    { name: 'auction', discriminator: [218, 94, 247, 242, 126, 233, 131, 81] },
    { name: 'receipts', discriminator: [222, 245, 237, 64, 59, 49, 29, 246] },
    { name: 'treasury', discriminator: [238, 239, 123, 238, 89, 1, 168, 253] },
  ],
  events: [
    { name: 'adminChanged', discriminator: [232, 34, 31, 226, 62, 18, 19, 114] },
    { name: 'adminProposed', discriminator: [129, 249, 226, 227, 199, 82, 110, 243] },
    { name: 'configUpdated', discriminator: [40, 241, 230, 122, 11, 19, 198, 194] },
    { name: 'creditsBought', discriminator: [176, 237, 13, 63, 123, 84, 185, 118] },
    { name: 'creditsClosed', discriminator: [186, 119, 197, 209, 44, 134, 203, 40] },
    { name: 'creditsSpent', discriminator: [118, 38, 248, 135, 219, 159, 130, 226] },
    { name: 'feesSold', discriminator: [251, 67, 86, 219, 77, 8, 169, 101] },
    { name: 'ioFeesBurned', discriminator: [0, 61, 163, 143, 207, 165, 83, 34] },
    { name: 'priceObserved', discriminator: [124, 77, 145, 27, 60, 209, 156, 248] },
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
    {
      code: 6019,
      name: 'WrongPriceAccount',
      msg: 'This is not the price account of the treasury: pass the one that it names',
    },
    { code: 6020, name: 'InvalidPriceAccount', msg: 'The price account must not be the default key' },
    {
      code: 6021,
      name: 'NotAPriceUpdate',
      msg: 'The price account holds no price update of the Pyth receiver: post one',
    },
    {
      code: 6022,
      name: 'WrongPriceFeed',
      msg: "The price update is of another feed than the treasury's: post one of IO/USD",
    },
    {
      code: 6023,
      name: 'PriceNotFullyVerified',
      msg: 'The price update is not fully verified: post one that all guardian signatures were checked for',
    },
    {
      code: 6024,
      name: 'PriceStale',
      msg: 'The price is older than 60 seconds, or from the future: post a fresh update, also in the same transaction',
    },
    {
      code: 6025,
      name: 'PriceBeforeRestart',
      msg: 'The price was posted before the cluster was restarted: post a fresh update',
    },
    { code: 6026, name: 'PriceNotPositive', msg: 'The price is not positive: wait for a valid update' },
    {
      code: 6027,
      name: 'PriceTooUncertain',
      msg: "The price's confidence interval is wider than 1 percent: wait for a surer one",
    },
    {
      code: 6028,
      name: 'PriceExponentOutOfRange',
      msg: "The price's exponent lies outside -12 to -1: wait for a valid update",
    },
    {
      code: 6029,
      name: 'LotExceeded',
      msg: "Less is left of this hour's lot: take at most that, or come again in the next hour",
    },
    {
      code: 6030,
      name: 'IoAboveMaximum',
      msg: 'The fill burns more IO than the most that you named: raise max_io, or come later in the hour',
    },
    {
      code: 6031,
      name: 'WrongFillerTokenAccount',
      msg: 'The token account is of another mint: burn IO, and take USDC',
    },
  ],
  types,
  constants: treasuryConstants,
} as const;

/** The type of {@link treasury}, from which the types of its arguments, accounts, events and errors follow. */
export type Treasury = typeof treasury;
