// Generated from idls/staking.json by scripts/build/generate-idl-types.ts.

/** The interface of the staking program. */
export const staking = {
  address: '5EnHQFchGbHAVp2nvfmvJhgsUnyDS2RqggoGtM4VUv5T',
  metadata: { name: 'staking', version: '0.1.0', spec: '0.1.0' },
  instructions: [
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
      name: 'createClass',
      discriminator: [34, 138, 228, 149, 66, 39, 106, 183],
      accounts: [
        { name: 'admin', signer: true },
        { name: 'payer', writable: true, signer: true },
        { name: 'config' },
        { name: 'class', writable: true },
        { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
        { name: 'systemProgram', address: '11111111111111111111111111111111' },
      ],
      args: [{ name: 'args', type: { defined: { name: 'createClassArgs' } } }],
    },
    {
      name: 'initialize',
      discriminator: [175, 175, 109, 31, 13, 152, 155, 237],
      accounts: [
        { name: 'authority', writable: true, signer: true },
        { name: 'config', writable: true },
        { name: 'ioMint' },
        { name: 'program', address: '5EnHQFchGbHAVp2nvfmvJhgsUnyDS2RqggoGtM4VUv5T' },
        { name: 'programData' },
        { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
        { name: 'systemProgram', address: '11111111111111111111111111111111' },
      ],
      args: [{ name: 'args', type: { defined: { name: 'initializeArgs' } } }],
    },
    {
      name: 'pause',
      discriminator: [211, 22, 221, 251, 74, 121, 193, 47],
      accounts: [
        { name: 'pauser', signer: true },
        { name: 'config', writable: true },
        { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
      ],
      args: [],
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
    {
      name: 'registerNode',
      discriminator: [102, 85, 117, 114, 194, 188, 211, 168],
      accounts: [
        { name: 'owner', signer: true },
        { name: 'payer', writable: true, signer: true },
        { name: 'config' },
        { name: 'class' },
        { name: 'node', writable: true },
        { name: 'stakeVault', writable: true },
        { name: 'ioMint' },
        { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
        { name: 'systemProgram', address: '11111111111111111111111111111111' },
      ],
      args: [{ name: 'args', type: { defined: { name: 'registerNodeArgs' } } }],
    },
    {
      name: 'stake',
      discriminator: [206, 176, 202, 18, 200, 209, 179, 108],
      accounts: [
        { name: 'owner', signer: true },
        { name: 'config' },
        { name: 'node', writable: true },
        { name: 'stakeVault', writable: true },
        { name: 'ownerTokenAccount', writable: true },
        { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
      ],
      args: [{ name: 'amount', type: 'u64' }],
    },
    {
      name: 'unpause',
      discriminator: [169, 144, 4, 38, 10, 141, 188, 255],
      accounts: [
        { name: 'authority', signer: true },
        { name: 'config', writable: true },
        { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
      ],
      args: [],
    },
    {
      name: 'updateClass',
      discriminator: [193, 89, 79, 118, 241, 38, 170, 65],
      accounts: [
        { name: 'admin', signer: true },
        { name: 'config' },
        { name: 'class', writable: true },
        { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
      ],
      args: [{ name: 'args', type: { defined: { name: 'updateClassArgs' } } }],
    },
    {
      name: 'updateConfig',
      discriminator: [29, 158, 252, 191, 10, 83, 219, 99],
      accounts: [
        { name: 'admin', signer: true },
        { name: 'config', writable: true },
        { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
      ],
      args: [{ name: 'args', type: { defined: { name: 'updateConfigArgs' } } }],
    },
    {
      name: 'updateNode',
      discriminator: [13, 65, 246, 102, 101, 91, 98, 43],
      accounts: [
        { name: 'owner', signer: true },
        { name: 'config' },
        { name: 'node', writable: true },
        { name: 'class' },
        { name: 'nodeLoad' },
      ],
      args: [{ name: 'args', type: { defined: { name: 'updateNodeArgs' } } }],
    },
  ],
  accounts: [
    { name: 'hardwareClass', discriminator: [150, 184, 66, 254, 28, 199, 69, 163] },
    { name: 'node', discriminator: [208, 53, 1, 3, 49, 122, 180, 49] },
    { name: 'stakingConfig', discriminator: [45, 134, 252, 82, 37, 57, 84, 25] },
  ],
  events: [
    { name: 'adminChanged', discriminator: [232, 34, 31, 226, 62, 18, 19, 114] },
    { name: 'adminProposed', discriminator: [129, 249, 226, 227, 199, 82, 110, 243] },
    { name: 'classCreated', discriminator: [176, 154, 249, 25, 63, 40, 221, 230] },
    { name: 'classUpdated', discriminator: [104, 249, 77, 174, 210, 56, 32, 238] },
    { name: 'configUpdated', discriminator: [40, 241, 230, 122, 11, 19, 198, 194] },
    { name: 'intakePaused', discriminator: [22, 21, 197, 124, 111, 11, 64, 47] },
    { name: 'intakeUnpaused', discriminator: [65, 139, 31, 221, 54, 32, 87, 45] },
    { name: 'nodeRegistered', discriminator: [15, 57, 183, 59, 93, 55, 157, 195] },
    { name: 'nodeUpdated', discriminator: [3, 8, 87, 251, 118, 64, 24, 70] },
    { name: 'staked', discriminator: [11, 146, 45, 205, 230, 58, 213, 240] },
    { name: 'stakingInitialized', discriminator: [22, 155, 230, 163, 100, 9, 62, 165] },
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
      msg: 'Only the admin may do this: sign with the admin key of the staking config',
    },
    {
      code: 6002,
      name: 'NotPendingAdmin',
      msg: 'Only the proposed admin may accept: sign with the key that the admin proposed',
    },
    {
      code: 6003,
      name: 'NotPauser',
      msg: 'Only the pauser may pause, and only the pauser or the admin may unpause',
    },
    {
      code: 6004,
      name: 'AlreadyPaused',
      msg: 'Intake is paused already: the pause ends by itself 72 hours after it began',
    },
    { code: 6005, name: 'NotPaused', msg: 'Intake is not paused' },
    {
      code: 6006,
      name: 'Paused',
      msg: 'Intake is paused: try again when the pause has ended, at most 72 hours after it began',
    },
    {
      code: 6007,
      name: 'DurableNonceRefused',
      msg: 'Privileged instructions refuse durable-nonce transactions: sign with a recent blockhash',
    },
    {
      code: 6008,
      name: 'NotInstructionsSysvar',
      msg: 'This account is not the instructions sysvar: pass Sysvar1nstructions1111111111111111111111111',
    },
    {
      code: 6009,
      name: 'InvalidIoMint',
      msg: 'The IO mint must be a mint of the SPL Token program with 8 decimals',
    },
    { code: 6010, name: 'WrongMint', msg: 'This mint is not the IO mint of the staking config' },
    {
      code: 6011,
      name: 'BaseStakeOutOfRange',
      msg: 'The base stake per device must lie between 1 and 20,000 IO',
    },
    {
      code: 6012,
      name: 'MultiplierOutOfRange',
      msg: 'The multiplier must lie between 0.01 and 100, times 100',
    },
    {
      code: 6013,
      name: 'ReferencePriceOutOfRange',
      msg: 'The reference price must lie between one micro-USD and 1,000 USD per device and hour',
    },
    {
      code: 6014,
      name: 'InvalidClassName',
      msg: 'Name the hardware class: 1 to 32 bytes of UTF-8, padded with zeros',
    },
    {
      code: 6015,
      name: 'ClassInactive',
      msg: 'This hardware class takes no new nodes: choose an active class',
    },
    {
      code: 6016,
      name: 'DeviceCountOutOfRange',
      msg: 'A node has 1 to 8 devices: register several nodes for more',
    },
    {
      code: 6017,
      name: 'InvalidOperator',
      msg: "The operator key must not be the default key: name the hot key that the node's agent signs with",
    },
    {
      code: 6018,
      name: 'InvalidPayout',
      msg: "The payout address must not be the default key: name the wallet that the node's income goes to",
    },
    {
      code: 6019,
      name: 'InvalidRegion',
      msg: 'Name the region: 1 to 16 lower-case letters, digits or hyphens, padded with zeros',
    },
    { code: 6020, name: 'NotOwner', msg: "Only the node's owner may do this: sign with the owner key" },
    {
      code: 6021,
      name: 'NodeHired',
      msg: 'The node is on hire: change its hardware when its running jobs have ended',
    },
    { code: 6022, name: 'ZeroStake', msg: 'Stake at least one base unit of IO' },
    {
      code: 6023,
      name: 'WrongTokenAccount',
      msg: 'The token account does not belong to the owner, or holds another mint than IO',
    },
    { code: 6024, name: 'AmountOverflow', msg: 'An amount left the range of 64 bits: use a smaller one' },
    {
      code: 6025,
      name: 'InvariantViolated',
      msg: "The stake vault would hold less than the node's stake: nothing was moved, please report this",
    },
    { code: 6026, name: 'NothingToUpdate', msg: 'Nothing to change: name at least one field' },
    { code: 6027, name: 'InvalidPauser', msg: 'The pauser must not be the default key' },
    {
      code: 6028,
      name: 'WrongNodeLoad',
      msg: 'This account is not the node load that escrow keeps for the node',
    },
    {
      code: 6029,
      name: 'InvalidAdmin',
      msg: 'The admin must not be the default key: name the multisig that changes this program',
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
      name: 'bandwidth',
      type: {
        kind: 'enum',
        variants: [{ name: 'belowLow' }, { name: 'low' }, { name: 'medium' }, { name: 'high' }],
      },
    },
    {
      name: 'classCreated',
      type: {
        kind: 'struct',
        fields: [
          { name: 'class', type: 'pubkey' },
          { name: 'id', type: 'u16' },
          { name: 'kind', type: { defined: { name: 'hardwareKind' } } },
          { name: 'multiplierX100', type: 'u32' },
          { name: 'referencePrice', type: 'u64' },
          { name: 'name', type: { array: ['u8', 32] } },
        ],
      },
    },
    {
      name: 'classUpdated',
      type: {
        kind: 'struct',
        fields: [
          { name: 'class', type: 'pubkey' },
          { name: 'id', type: 'u16' },
          { name: 'multiplierX100', type: 'u32' },
          { name: 'referencePrice', type: 'u64' },
          { name: 'active', type: 'bool' },
        ],
      },
    },
    {
      name: 'configUpdated',
      type: {
        kind: 'struct',
        fields: [
          { name: 'pauser', type: 'pubkey' },
          { name: 'baseStakePerDevice', type: 'u64' },
          { name: 'seq', type: 'u64' },
        ],
      },
    },
    {
      name: 'createClassArgs',
      type: {
        kind: 'struct',
        fields: [
          { name: 'id', type: 'u16' },
          { name: 'kind', type: { defined: { name: 'hardwareKind' } } },
          { name: 'multiplierX100', type: 'u32' },
          { name: 'referencePrice', type: 'u64' },
          { name: 'name', type: { array: ['u8', 32] } },
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
      name: 'hardwareClass',
      type: {
        kind: 'struct',
        fields: [
          { name: 'version', type: 'u8' },
          { name: 'bump', type: 'u8' },
          { name: 'id', type: 'u16' },
          { name: 'kind', type: { defined: { name: 'hardwareKind' } } },
          { name: 'multiplierX100', type: 'u32' },
          { name: 'referencePrice', type: 'u64' },
          { name: 'name', type: { array: ['u8', 32] } },
          { name: 'active', type: 'bool' },
          { name: 'reserved', type: { array: ['u8', 32] } },
        ],
      },
    },
    { name: 'hardwareKind', type: { kind: 'enum', variants: [{ name: 'gpu' }, { name: 'cpu' }] } },
    {
      name: 'initializeArgs',
      type: {
        kind: 'struct',
        fields: [
          { name: 'admin', type: 'pubkey' },
          { name: 'pauser', type: 'pubkey' },
        ],
      },
    },
    {
      name: 'intakePaused',
      type: {
        kind: 'struct',
        fields: [
          { name: 'pausedUntil', type: 'i64' },
          { name: 'seq', type: 'u64' },
        ],
      },
    },
    {
      name: 'intakeUnpaused',
      type: {
        kind: 'struct',
        fields: [
          { name: 'by', type: 'pubkey' },
          { name: 'seq', type: 'u64' },
        ],
      },
    },
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
      name: 'nodeRegistered',
      type: {
        kind: 'struct',
        fields: [
          { name: 'node', type: 'pubkey' },
          { name: 'owner', type: 'pubkey' },
          { name: 'operator', type: 'pubkey' },
          { name: 'payout', type: 'pubkey' },
          { name: 'class', type: 'pubkey' },
          { name: 'deviceCount', type: 'u8' },
          { name: 'minimumStake', type: 'u64' },
        ],
      },
    },
    { name: 'nodeStatus', type: { kind: 'enum', variants: [{ name: 'active' }, { name: 'paused' }] } },
    {
      name: 'nodeUpdated',
      type: {
        kind: 'struct',
        fields: [
          { name: 'node', type: 'pubkey' },
          { name: 'operator', type: 'pubkey' },
          { name: 'scheduler', type: { option: 'pubkey' } },
          { name: 'payout', type: 'pubkey' },
          { name: 'class', type: 'pubkey' },
          { name: 'deviceCount', type: 'u8' },
          { name: 'bandwidth', type: { defined: { name: 'bandwidth' } } },
          { name: 'status', type: { defined: { name: 'nodeStatus' } } },
          { name: 'minimumStake', type: 'u64' },
          { name: 'seq', type: 'u64' },
        ],
      },
    },
    {
      name: 'registerNodeArgs',
      type: {
        kind: 'struct',
        fields: [
          { name: 'id', type: 'u32' },
          { name: 'operator', type: 'pubkey' },
          { name: 'scheduler', type: { option: 'pubkey' } },
          { name: 'payout', type: 'pubkey' },
          { name: 'deviceCount', type: 'u8' },
          { name: 'bandwidth', type: { defined: { name: 'bandwidth' } } },
          { name: 'region', type: { array: ['u8', 16] } },
        ],
      },
    },
    {
      name: 'staked',
      type: {
        kind: 'struct',
        fields: [
          { name: 'node', type: 'pubkey' },
          { name: 'owner', type: 'pubkey' },
          { name: 'amount', type: 'u64' },
          { name: 'ownStake', type: 'u64' },
          { name: 'countedStake', type: 'u64' },
          { name: 'minimumStake', type: 'u64' },
          { name: 'seq', type: 'u64' },
        ],
      },
    },
    {
      name: 'stakingConfig',
      type: {
        kind: 'struct',
        fields: [
          { name: 'version', type: 'u8' },
          { name: 'bump', type: 'u8' },
          { name: 'governance', type: { defined: { name: 'governance' } } },
          { name: 'ioMint', type: 'pubkey' },
          { name: 'baseStakePerDevice', type: 'u64' },
          { name: 'seq', type: 'u64' },
          { name: 'reserved', type: { array: ['u8', 128] } },
        ],
      },
    },
    {
      name: 'stakingInitialized',
      type: {
        kind: 'struct',
        fields: [
          { name: 'admin', type: 'pubkey' },
          { name: 'pauser', type: 'pubkey' },
          { name: 'ioMint', type: 'pubkey' },
          { name: 'baseStakePerDevice', type: 'u64' },
        ],
      },
    },
    {
      name: 'updateClassArgs',
      type: {
        kind: 'struct',
        fields: [
          { name: 'multiplierX100', type: { option: 'u32' } },
          { name: 'referencePrice', type: { option: 'u64' } },
          { name: 'active', type: { option: 'bool' } },
        ],
      },
    },
    {
      name: 'updateConfigArgs',
      type: {
        kind: 'struct',
        fields: [
          { name: 'pauser', type: { option: 'pubkey' } },
          { name: 'baseStakePerDevice', type: { option: 'u64' } },
        ],
      },
    },
    {
      name: 'updateNodeArgs',
      type: {
        kind: 'struct',
        fields: [
          { name: 'operator', type: { option: 'pubkey' } },
          { name: 'scheduler', type: { option: 'pubkey' } },
          { name: 'payout', type: { option: 'pubkey' } },
          { name: 'deviceCount', type: { option: 'u8' } },
          { name: 'bandwidth', type: { option: { defined: { name: 'bandwidth' } } } },
          { name: 'region', type: { option: { array: ['u8', 16] } } },
          { name: 'status', type: { option: { defined: { name: 'nodeStatus' } } } },
        ],
      },
    },
  ],
  constants: [
    { name: 'CLASS_SEED', type: 'bytes', value: '[99, 108, 97, 115, 115]' },
    { name: 'CONFIG_SEED', type: 'bytes', value: '[99, 111, 110, 102, 105, 103]' },
    { name: 'DEFAULT_BASE_STAKE_PER_DEVICE', type: 'u64', value: '20000000000' },
    { name: 'IO_DECIMALS', type: 'u8', value: '8' },
    { name: 'MAX_BASE_STAKE_PER_DEVICE', type: 'u64', value: '2000000000000' },
    { name: 'MAX_DEVICES', type: 'u8', value: '8' },
    { name: 'MAX_MULTIPLIER_X100', type: 'u32', value: '10000' },
    { name: 'MAX_REFERENCE_PRICE', type: 'u64', value: '1000000000' },
    { name: 'MIN_BASE_STAKE_PER_DEVICE', type: 'u64', value: '100000000' },
    { name: 'NODE_SEED', type: 'bytes', value: '[110, 111, 100, 101]' },
    {
      name: 'STAKE_VAULT_SEED',
      type: 'bytes',
      value: '[115, 116, 97, 107, 101, 95, 118, 97, 117, 108, 116]',
    },
  ],
} as const;

/** The type of {@link staking}, from which the types of its arguments, accounts, events and errors follow. */
export type Staking = typeof staking;
