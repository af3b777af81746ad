// Generated from idls/airdrop.json by scripts/build/generate-idl-types.ts.

const address = '9g1q3L2LWLfvqGqJLgzNEeyMwQTf6Y292Qd9porfnAyP' as const;
const metadata = { name: 'airdrop', version: '0.1.0', spec: '0.1.0' } as const;
const instructions = [
  {
    name: 'acceptAdmin',
    discriminator: [112, 42, 45, 90, 116, 181, 13, 170],
    accounts: [
      { name: 'newAdmin', signer: true },
      { name: 'config', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [],
  },
  {
    name: 'cancelSeason',
    discriminator: [82, 25, 165, 135, 6, 101, 78, 218],
    accounts: [
      { name: 'admin', signer: true },
      { name: 'config' },
      { name: 'season', writable: true },
      { name: 'seasonVault', writable: true },
      { name: 'refundWallet' },
      { name: 'refundAccount', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
    ],
    args: [],
  },
  {
    name: 'claim',
    discriminator: [62, 198, 214, 193, 213, 159, 108, 210],
    accounts: [
      { name: 'season', writable: true },
      { name: 'seasonVault', writable: true },
      { name: 'shard', writable: true },
      { name: 'wallet' },
      { name: 'tokenAccount', writable: true },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
    ],
    args: [
      { name: 'args', type: { defined: { name: 'claimArgs' } } },
      { name: 'proof', type: { defined: { name: 'merkleProof' } } },
    ],
  },
  {
    name: 'closeSeason',
    discriminator: [162, 198, 31, 37, 77, 0, 199, 152],
    accounts: [
      { name: 'season', writable: true },
      { name: 'seasonVault', writable: true },
      { name: 'refundWallet' },
      { name: 'refundAccount', writable: true },
      { name: 'rentPayer', writable: true },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
    ],
    args: [],
  },
  {
    name: 'closeShard',
    discriminator: [18, 225, 167, 168, 223, 60, 73, 176],
    accounts: [
      { name: 'season', writable: true },
      { name: 'shard', writable: true },
      { name: 'rentPayer', writable: true },
    ],
    args: [],
  },
  {
    name: 'createSeason',
    discriminator: [38, 108, 29, 127, 60, 126, 101, 3],
    accounts: [
      { name: 'admin', signer: true },
      { name: 'payer', writable: true, signer: true },
      { name: 'config', writable: true },
      { name: 'season', writable: true },
      { name: 'seasonVault', writable: true },
      { name: 'ioMint' },
      { name: 'funder', signer: true },
      { name: 'fundingAccount', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
    ],
    args: [{ name: 'args', type: { defined: { name: 'createSeasonArgs' } } }],
  },
  {
    name: 'initialize',
    discriminator: [175, 175, 109, 31, 13, 152, 155, 237],
    accounts: [
      { name: 'authority', writable: true, signer: true },
      { name: 'program', address: '9g1q3L2LWLfvqGqJLgzNEeyMwQTf6Y292Qd9porfnAyP' },
      { name: 'programData' },
      { name: 'config', writable: true },
      { name: 'ioMint' },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
    ],
    args: [{ name: 'args', type: { defined: { name: 'initializeArgs' } } }],
  },
  {
    name: 'openShard',
    discriminator: [255, 230, 17, 118, 10, 108, 53, 22],
    accounts: [
      { name: 'payer', writable: true, signer: true },
      { name: 'season', writable: true },
      { name: 'shard', writable: true },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
    ],
    args: [{ name: 'index', type: 'u16' }],
  },
  {
    name: 'proposeAdmin',
    discriminator: [121, 214, 199, 212, 87, 39, 117, 234],
    accounts: [
      { name: 'admin', signer: true },
      { name: 'config', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [{ name: 'newAdmin', type: 'pubkey' }],
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
    name: 'airdropConfig',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u8' },
        { name: 'bump', type: 'u8' },
        { name: 'governance', type: { defined: { name: 'governance' } } },
        { name: 'ioMint', type: 'pubkey' },
        { name: 'usedIds', type: { array: ['u8', 128] } },
        { name: 'seq', type: 'u64' },
        { name: 'reserved', type: { array: ['u8', 64] } },
      ],
    },
  },
  {
    name: 'airdropInitialized',
    type: {
      kind: 'struct',
      fields: [
        { name: 'admin', type: 'pubkey' },
        { name: 'ioMint', type: 'pubkey' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'claimArgs',
    type: {
      kind: 'struct',
      fields: [
        { name: 'index', type: 'u32' },
        { name: 'amount', type: 'u64' },
        { name: 'tokenAccountBump', type: 'u8' },
      ],
    },
  },
  {
    name: 'claimShard',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u8' },
        { name: 'bump', type: 'u8' },
        { name: 'index', type: 'u16' },
        { name: 'leaves', type: 'u32' },
        { name: 'season', type: 'pubkey' },
        { name: 'rentPayer', type: 'pubkey' },
      ],
    },
  },
  {
    name: 'claimed',
    type: {
      kind: 'struct',
      fields: [
        { name: 'season', type: 'pubkey' },
        { name: 'index', type: 'u32' },
        { name: 'wallet', type: 'pubkey' },
        { name: 'tokenAccount', type: 'pubkey' },
        { name: 'amount', type: 'u64' },
        { name: 'claimed', type: 'u64' },
        { name: 'vaultBalance', type: 'u64' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'createSeasonArgs',
    type: {
      kind: 'struct',
      fields: [
        { name: 'id', type: 'u32' },
        { name: 'kind', type: { defined: { name: 'seasonKind' } } },
        { name: 'name', type: { array: ['u8', 32] } },
        { name: 'amount', type: 'u64' },
        { name: 'totalPoints', type: 'u128' },
        { name: 'root', type: { array: ['u8', 32] } },
        { name: 'leaves', type: 'u32' },
        { name: 'formulaHash', type: { array: ['u8', 32] } },
        { name: 'inputsHash', type: { array: ['u8', 32] } },
        { name: 'startsAt', type: 'i64' },
        { name: 'endsAt', type: 'i64' },
        { name: 'refundWallet', type: 'pubkey' },
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
  { name: 'merkleProof', type: { kind: 'struct', fields: [] } },
  {
    name: 'season',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u8' },
        { name: 'bump', type: 'u8' },
        { name: 'id', type: 'u32' },
        { name: 'kind', type: { defined: { name: 'seasonKind' } } },
        { name: 'state', type: { defined: { name: 'seasonState' } } },
        { name: 'name', type: { array: ['u8', 32] } },
        { name: 'ioMint', type: 'pubkey' },
        { name: 'vault', type: 'pubkey' },
        { name: 'refundWallet', type: 'pubkey' },
        { name: 'rentPayer', type: 'pubkey' },
        { name: 'amount', type: 'u64' },
        { name: 'totalPoints', type: 'u128' },
        { name: 'root', type: { array: ['u8', 32] } },
        { name: 'leaves', type: 'u32' },
        { name: 'formulaHash', type: { array: ['u8', 32] } },
        { name: 'inputsHash', type: { array: ['u8', 32] } },
        { name: 'startsAt', type: 'i64' },
        { name: 'endsAt', type: 'i64' },
        { name: 'claimed', type: 'u64' },
        { name: 'claims', type: 'u32' },
        { name: 'openShards', type: 'u16' },
        { name: 'seq', type: 'u64' },
        { name: 'reserved', type: { array: ['u8', 32] } },
      ],
    },
  },
  {
    name: 'seasonCancelled',
    type: {
      kind: 'struct',
      fields: [
        { name: 'season', type: 'pubkey' },
        { name: 'refunded', type: 'u64' },
        { name: 'refundAccount', type: 'pubkey' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'seasonClosed',
    type: {
      kind: 'struct',
      fields: [
        { name: 'season', type: 'pubkey' },
        { name: 'id', type: 'u32' },
        { name: 'claimed', type: 'u64' },
        { name: 'claims', type: 'u32' },
        { name: 'refunded', type: 'u64' },
        { name: 'refundAccount', type: 'pubkey' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'seasonCreated',
    type: {
      kind: 'struct',
      fields: [
        { name: 'season', type: 'pubkey' },
        { name: 'id', type: 'u32' },
        { name: 'kind', type: { defined: { name: 'seasonKind' } } },
        { name: 'amount', type: 'u64' },
        { name: 'totalPoints', type: 'u128' },
        { name: 'root', type: { array: ['u8', 32] } },
        { name: 'leaves', type: 'u32' },
        { name: 'formulaHash', type: { array: ['u8', 32] } },
        { name: 'inputsHash', type: { array: ['u8', 32] } },
        { name: 'startsAt', type: 'i64' },
        { name: 'endsAt', type: 'i64' },
        { name: 'refundWallet', type: 'pubkey' },
        { name: 'fundingAccount', type: 'pubkey' },
        { name: 'vaultBalance', type: 'u64' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'seasonKind',
    type: {
      kind: 'enum',
      variants: [
        { name: 'gpu' },
        { name: 'cpu' },
        { name: 'galxe' },
        { name: 'discord' },
        { name: 'creators' },
      ],
    },
  },
  { name: 'seasonState', type: { kind: 'enum', variants: [{ name: 'open' }, { name: 'cancelled' }] } },
  {
    name: 'shardClosed',
    type: {
      kind: 'struct',
      fields: [
        { name: 'season', type: 'pubkey' },
        { name: 'index', type: 'u16' },
        { name: 'rentPayer', type: 'pubkey' },
        { name: 'openShards', type: 'u16' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'shardOpened',
    type: {
      kind: 'struct',
      fields: [
        { name: 'season', type: 'pubkey' },
        { name: 'index', type: 'u16' },
        { name: 'rentPayer', type: 'pubkey' },
        { name: 'openShards', type: 'u16' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
] as const;

/** The constants of the airdrop program, its seeds among them. */
export const airdropConstants = [
  { name: 'CLAIMS_PER_SHARD', type: 'u32', value: '65536' },
  { name: 'CONFIG_SEED', type: 'bytes', value: '[99, 111, 110, 102, 105, 103]' },
  { name: 'IO_DECIMALS', type: 'u8', value: '8' },
  { name: 'MAX_LEAD_SECONDS', type: 'i64', value: '31536000' },
  { name: 'MAX_LEAVES', type: 'u32', value: '1048576' },
  { name: 'MAX_SEASONS', type: 'u32', value: '1024' },
  { name: 'MAX_WINDOW_SECONDS', type: 'i64', value: '315360000' },
  { name: 'MIN_WINDOW_SECONDS', type: 'i64', value: '86400' },
  { name: 'SEASON_SEED', type: 'bytes', value: '[115, 101, 97, 115, 111, 110]' },
  {
    name: 'SEASON_VAULT_SEED',
    type: 'bytes',
    value: '[115, 101, 97, 115, 111, 110, 95, 118, 97, 117, 108, 116]',
  },
  { name: 'SHARD_HEADER_BYTES', type: 'u32', value: '80' },
  { name: 'SHARD_SEED', type: 'bytes', value: '[115, 104, 97, 114, 100]' },
] as const;

/** What building instructions of the airdrop program takes. */
export const airdropInstructions = { address, metadata, instructions, types } as const;

/** The interface of the airdrop program. */
export const airdrop = {
  address,
  metadata,
  instructions,
  accounts: [
    { name: 'airdropConfig', discriminator: [194, 149, 223, 142, 42, 98, 128, 16] },
    { name: 'claimShard', discriminator: [38, 22, 227, 156, 129, 48, 106, 250] },
    { name: 'season', discriminator: [76, 67, 93, 156, 180, 157, 248, 47] },
  ],
  events: [
    { name: 'adminChanged', discriminator: [232, 34, 31, 226, 62, 18, 19, 114] },
    { name: 'adminProposed', discriminator: [129, 249, 226, 227, 199, 82, 110, 243] },
    { name: 'airdropInitialized', discriminator: [218, 5, 88, 115, 246, 124, 154, 187] },
    { name: 'claimed', discriminator: [217, 192, 123, 72, 108, 150, 248, 33] },
    { name: 'seasonCancelled', discriminator: [241, 174, 6, 54, 3, 98, 193, 192] },
    { name: 'seasonClosed', discriminator: [15, 224, 143, 189, 201, 13, 168, 149] },
    { name: 'seasonCreated', discriminator: [69, 129, 125, 162, 208, 173, 40, 68] },
    { name: 'shardClosed', discriminator: [181, 79, 79, 41, 139, 177, 154, 14] },
    { name: 'shardOpened', discriminator: [229, 30, 94, 150, 31, 3, 76, 116] },
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
      msg: 'Only the admin may do this: sign with the admin key of the airdrop',
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
      name: 'WrongIoMint',
      msg: 'This mint is not the IO mint of the airdrop: pass the mint that its config names',
    },
    {
      code: 6008,
      name: 'SeasonIdUsed',
      msg: 'A season had this id before, and no id is used twice: build with another one',
    },
    {
      code: 6009,
      name: 'SeasonIdOutOfRange',
      msg: 'Ids of seasons lie below 1,024: build with a smaller one',
    },
    {
      code: 6010,
      name: 'InvalidSeasonName',
      msg: 'The name of a season is text of 1 to 32 bytes of UTF-8, filled up with zeros',
    },
    {
      code: 6011,
      name: 'EmptySeason',
      msg: 'A season needs an amount, points and leaves above zero, and a root: build it from the points first',
    },
    {
      code: 6012,
      name: 'TooManyLeaves',
      msg: 'A season has at most 1,048,576 leaves: split it into several',
    },
    {
      code: 6013,
      name: 'WindowOutOfRange',
      msg: 'The window must start now or within a year, and last from one day to ten years: choose other times',
    },
    {
      code: 6014,
      name: 'InvalidRefundWallet',
      msg: 'The refund wallet must not be the default key: name the wallet that gets what nobody claims',
    },
    {
      code: 6015,
      name: 'WrongFundingAccount',
      msg: 'The season must be funded from a token account of IO that the funder owns: pass such an account',
    },
    { code: 6016, name: 'SeasonStarted', msg: 'The season has started: it can no longer be cancelled' },
    {
      code: 6017,
      name: 'SeasonNotStarted',
      msg: 'The season has not started: claim from the time at which its window opens',
    },
    {
      code: 6018,
      name: 'SeasonOver',
      msg: 'The window of the season is over: what was not claimed goes to its refund wallet',
    },
    {
      code: 6019,
      name: 'SeasonCancelled',
      msg: 'The season was cancelled before it started: claim from the season that takes its place',
    },
    { code: 6020, name: 'SeasonNotOver', msg: 'The season is not over: close it after its window' },
    {
      code: 6021,
      name: 'ShardsOpen',
      msg: 'Shards of the season are open: close them first, with close_shard',
    },
    {
      code: 6022,
      name: 'ShardOutOfRange',
      msg: 'The season has no shard of this index: shards are numbered from 0, one for each 65,536 leaves',
    },
    {
      code: 6023,
      name: 'ShardNotOpen',
      msg: "The shard of this claim is not open: send open_shard with the claim's index divided by 65,536",
    },
    {
      code: 6024,
      name: 'WrongShard',
      msg: "This account is not the shard of the claim: pass the season's shard of the claim's index divided by 65,536",
    },
    {
      code: 6025,
      name: 'LeafOutOfRange',
      msg: "The season has no leaf of this index: use the index that the season's leaves give the wallet",
    },
    {
      code: 6026,
      name: 'WrongProofLength',
      msg: "The proof has not the length of a proof of this leaf: make it anew from the season's leaves",
    },
    {
      code: 6027,
      name: 'InvalidProof',
      msg: "The proof does not lead to the season's root: check season, index, wallet and amount, and make it anew",
    },
    { code: 6028, name: 'AlreadyClaimed', msg: 'This claim was paid already: nothing is left to do' },
    {
      code: 6029,
      name: 'SeasonExhausted',
      msg: 'The leaves of the season add up to more than it holds: nothing was paid, please report this',
    },
    {
      code: 6030,
      name: 'WrongVault',
      msg: 'This is not the vault of the season: pass the token account that the season names',
    },
    {
      code: 6031,
      name: 'WrongTokenAccount',
      msg: "The token account does not belong to the wallet: pass the wallet's associated token account of IO",
    },
    {
      code: 6032,
      name: 'TokenAccountMissing',
      msg: 'The wallet has no token account of IO: create its associated one before, in the same transaction',
    },
    {
      code: 6033,
      name: 'WalletMustSign',
      msg: "Without the wallet's signature IO goes to its associated token account only: pass that one, or let the wallet sign",
    },
    {
      code: 6034,
      name: 'WrongRefundWallet',
      msg: 'This is not the refund wallet of the season: pass the wallet that the season names',
    },
    {
      code: 6035,
      name: 'WrongRentPayer',
      msg: 'Rent goes back to who paid it: pass the payer that the account names',
    },
    {
      code: 6036,
      name: 'AmountOverflow',
      msg: 'A total left its range: nothing was done, please report this',
    },
    {
      code: 6037,
      name: 'InvariantViolated',
      msg: 'The vault does not cover what the season owes: nothing was done, please report this',
    },
  ],
  types,
  constants: airdropConstants,
} as const;

/** The type of {@link airdrop}, from which the types of its arguments, accounts, events and errors follow. */
export type Airdrop = typeof airdrop;
