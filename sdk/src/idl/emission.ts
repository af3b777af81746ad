// Generated from idls/emission.json by scripts/build/generate-idl-types.ts.

const address = 'C49yeWHrbvuMVTZ5Vc8cnzMwGR4Zc9BX4Dxcu4FuDF2t' as const;
const metadata = { name: 'emission', version: '0.1.0', spec: '0.1.0' } as const;
const instructions = [
  {
    name: 'acceptAdmin',
    discriminator: [112, 42, 45, 90, 116, 181, 13, 170],
    accounts: [
      { name: 'newAdmin', signer: true },
      { name: 'schedule', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [],
  },
  {
    name: 'advanceEpoch',
    discriminator: [93, 138, 234, 218, 241, 230, 132, 38],
    accounts: [
      { name: 'schedule', writable: true },
      { name: 'ioMint', writable: true },
      { name: 'gpuPool', writable: true },
      { name: 'gpuVault', writable: true },
      { name: 'cpuPool', writable: true },
      { name: 'cpuVault', writable: true },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
    ],
    args: [],
  },
  {
    name: 'applyRotation',
    discriminator: [250, 40, 179, 219, 221, 115, 183, 115],
    accounts: [{ name: 'schedule', writable: true }],
    args: [],
  },
  {
    name: 'cancelRoot',
    discriminator: [188, 58, 26, 90, 142, 29, 95, 60],
    accounts: [
      { name: 'guardian', signer: true },
      { name: 'schedule' },
      { name: 'pool', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [],
  },
  {
    name: 'cancelRotation',
    discriminator: [33, 181, 25, 43, 100, 34, 56, 250],
    accounts: [
      { name: 'admin', signer: true },
      { name: 'schedule', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [],
  },
  {
    name: 'claimReward',
    discriminator: [149, 95, 181, 242, 94, 90, 158, 162],
    accounts: [
      { name: 'payer', writable: true, signer: true },
      { name: 'pool', writable: true },
      { name: 'vault', writable: true },
      { name: 'rewardAccount', writable: true },
      { name: 'destination', writable: true },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
    ],
    args: [
      { name: 'args', type: { defined: { name: 'claimRewardArgs' } } },
      { name: 'proof', type: { defined: { name: 'merkleProof' } } },
    ],
  },
  {
    name: 'finalizeRoot',
    discriminator: [218, 209, 179, 228, 4, 241, 20, 32],
    accounts: [{ name: 'pool', writable: true }],
    args: [],
  },
  {
    name: 'initialize',
    discriminator: [175, 175, 109, 31, 13, 152, 155, 237],
    accounts: [
      { name: 'authority', writable: true, signer: true },
      { name: 'program', address: 'C49yeWHrbvuMVTZ5Vc8cnzMwGR4Zc9BX4Dxcu4FuDF2t' },
      { name: 'programData' },
      { name: 'schedule', writable: true },
      { name: 'ioMint' },
      { name: 'gpuPool', writable: true },
      { name: 'gpuVault', writable: true },
      { name: 'cpuPool', writable: true },
      { name: 'cpuVault', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
    ],
    args: [{ name: 'args', type: { defined: { name: 'initializeArgs' } } }],
  },
  {
    name: 'openRewardAccount',
    discriminator: [21, 134, 141, 96, 155, 217, 2, 205],
    accounts: [
      { name: 'payer', writable: true, signer: true },
      { name: 'pool', writable: true },
      { name: 'rewardAccount', writable: true },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
    ],
    args: [{ name: 'node', type: 'pubkey' }],
  },
  {
    name: 'postRoot',
    discriminator: [154, 210, 156, 158, 199, 27, 174, 35],
    accounts: [
      { name: 'schedule' },
      { name: 'pool', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [{ name: 'args', type: { defined: { name: 'postRootArgs' } } }],
  },
  {
    name: 'proposeAdmin',
    discriminator: [121, 214, 199, 212, 87, 39, 117, 234],
    accounts: [
      { name: 'admin', signer: true },
      { name: 'schedule', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [{ name: 'newAdmin', type: 'pubkey' }],
  },
  {
    name: 'rotateMembers',
    discriminator: [114, 162, 30, 178, 176, 237, 180, 46],
    accounts: [
      { name: 'admin', signer: true },
      { name: 'schedule', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [{ name: 'members', type: { vec: 'pubkey' } }],
  },
  {
    name: 'sealSchedule',
    discriminator: [212, 143, 17, 184, 223, 244, 29, 246],
    accounts: [
      { name: 'admin', signer: true },
      { name: 'schedule', writable: true },
      { name: 'ioMint' },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [{ name: 'args', type: { defined: { name: 'sealScheduleArgs' } } }],
  },
  {
    name: 'updateConfig',
    discriminator: [29, 158, 252, 191, 10, 83, 219, 99],
    accounts: [
      { name: 'admin', signer: true },
      { name: 'schedule', writable: true },
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
    name: 'claimRewardArgs',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u64' },
        { name: 'node', type: 'pubkey' },
        { name: 'cumulative', type: 'u64' },
      ],
    },
  },
  {
    name: 'configUpdated',
    type: {
      kind: 'struct',
      fields: [
        { name: 'guardian', type: 'pubkey' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  { name: 'emissionPreset', type: { kind: 'enum', variants: [{ name: 'default' }, { name: 'published' }] } },
  {
    name: 'epochAdvanced',
    type: {
      kind: 'struct',
      fields: [
        { name: 'epoch', type: 'u64' },
        { name: 'minted', type: 'u64' },
        { name: 'totalMinted', type: 'u64' },
        { name: 'gpuReleased', type: 'u64' },
        { name: 'cpuReleased', type: 'u64' },
        { name: 'supplyAfter', type: 'u64' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'finalRoot',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u64' },
        { name: 'epoch', type: 'u64' },
        { name: 'total', type: 'u64' },
        { name: 'root', type: { array: ['u8', 32] } },
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
        { name: 'guardian', type: 'pubkey' },
        { name: 'clusterTag', type: { array: ['u8', 32] } },
        { name: 'members', type: { vec: 'pubkey' } },
      ],
    },
  },
  {
    name: 'memberSet',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u32' },
        { name: 'threshold', type: 'u8' },
        { name: 'members', type: { vec: 'pubkey' } },
        { name: 'pendingMembers', type: { vec: 'pubkey' } },
        { name: 'pendingAt', type: 'i64' },
      ],
    },
  },
  {
    name: 'membersRotated',
    type: {
      kind: 'struct',
      fields: [
        { name: 'members', type: { vec: 'pubkey' } },
        { name: 'threshold', type: 'u8' },
        { name: 'setVersion', type: 'u32' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  { name: 'merkleProof', type: { kind: 'struct', fields: [] } },
  {
    name: 'pendingRoot',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u64' },
        { name: 'epoch', type: 'u64' },
        { name: 'total', type: 'u64' },
        { name: 'root', type: { array: ['u8', 32] } },
        { name: 'inputHash', type: { array: ['u8', 32] } },
        { name: 'formulaId', type: { array: ['u8', 32] } },
        { name: 'postedAt', type: 'i64' },
      ],
    },
  },
  {
    name: 'pool',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u8' },
        { name: 'bump', type: 'u8' },
        { name: 'kind', type: { defined: { name: 'poolKind' } } },
        { name: 'vaultBump', type: 'u8' },
        { name: 'vault', type: 'pubkey' },
        { name: 'minted', type: 'u64' },
        { name: 'released', type: 'u64' },
        { name: 'claimed', type: 'u64' },
        { name: 'lastVersion', type: 'u64' },
        { name: 'seq', type: 'u64' },
        { name: 'reserved', type: { array: ['u8', 64] } },
        { name: 'pendingRoot', type: { option: { defined: { name: 'pendingRoot' } } } },
        { name: 'finalRoots', type: { vec: { defined: { name: 'finalRoot' } } } },
      ],
    },
  },
  { name: 'poolKind', type: { kind: 'enum', variants: [{ name: 'gpu' }, { name: 'cpu' }] } },
  {
    name: 'postRootArgs',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u64' },
        { name: 'epoch', type: 'u64' },
        { name: 'root', type: { array: ['u8', 32] } },
        { name: 'total', type: 'u64' },
        { name: 'inputHash', type: { array: ['u8', 32] } },
        { name: 'formulaId', type: { array: ['u8', 32] } },
        { name: 'expiresAt', type: 'i64' },
        { name: 'signers', type: 'bytes' },
      ],
    },
  },
  {
    name: 'rewardAccount',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u8' },
        { name: 'bump', type: 'u8' },
        { name: 'kind', type: { defined: { name: 'poolKind' } } },
        { name: 'node', type: 'pubkey' },
        { name: 'claimed', type: 'u64' },
        { name: 'rootVersion', type: 'u64' },
        { name: 'reserved', type: { array: ['u8', 5] } },
      ],
    },
  },
  {
    name: 'rewardAccountOpened',
    type: {
      kind: 'struct',
      fields: [
        { name: 'pool', type: 'pubkey' },
        { name: 'node', type: 'pubkey' },
        { name: 'payer', type: 'pubkey' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'rewardClaimed',
    type: {
      kind: 'struct',
      fields: [
        { name: 'pool', type: 'pubkey' },
        { name: 'node', type: 'pubkey' },
        { name: 'destination', type: 'pubkey' },
        { name: 'version', type: 'u64' },
        { name: 'amount', type: 'u64' },
        { name: 'claimed', type: 'u64' },
        { name: 'poolClaimed', type: 'u64' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'rootCancelled',
    type: {
      kind: 'struct',
      fields: [
        { name: 'pool', type: 'pubkey' },
        { name: 'kind', type: { defined: { name: 'poolKind' } } },
        { name: 'version', type: 'u64' },
        { name: 'epoch', type: 'u64' },
        { name: 'root', type: { array: ['u8', 32] } },
        { name: 'total', type: 'u64' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'rootFinalized',
    type: {
      kind: 'struct',
      fields: [
        { name: 'pool', type: 'pubkey' },
        { name: 'kind', type: { defined: { name: 'poolKind' } } },
        { name: 'version', type: 'u64' },
        { name: 'epoch', type: 'u64' },
        { name: 'root', type: { array: ['u8', 32] } },
        { name: 'total', type: 'u64' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'rootPosted',
    type: {
      kind: 'struct',
      fields: [
        { name: 'pool', type: 'pubkey' },
        { name: 'kind', type: { defined: { name: 'poolKind' } } },
        { name: 'version', type: 'u64' },
        { name: 'epoch', type: 'u64' },
        { name: 'root', type: { array: ['u8', 32] } },
        { name: 'total', type: 'u64' },
        { name: 'inputHash', type: { array: ['u8', 32] } },
        { name: 'formulaId', type: { array: ['u8', 32] } },
        { name: 'finalFrom', type: 'i64' },
        { name: 'setVersion', type: 'u32' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'rotationCancelled',
    type: {
      kind: 'struct',
      fields: [
        { name: 'members', type: { vec: 'pubkey' } },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'rotationProposed',
    type: {
      kind: 'struct',
      fields: [
        { name: 'members', type: { vec: 'pubkey' } },
        { name: 'pendingAt', type: 'i64' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'schedule',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u8' },
        { name: 'bump', type: 'u8' },
        { name: 'governance', type: { defined: { name: 'governance' } } },
        { name: 'clusterTag', type: { array: ['u8', 32] } },
        { name: 'ioMint', type: 'pubkey' },
        { name: 'sealedAt', type: 'i64' },
        { name: 'preset', type: { defined: { name: 'emissionPreset' } } },
        { name: 'gpuShareBps', type: 'u16' },
        { name: 'startsAt', type: 'i64' },
        { name: 'totalMinted', type: 'u64' },
        { name: 'epoch', type: 'u64' },
        { name: 'seq', type: 'u64' },
        { name: 'reserved', type: { array: ['u8', 128] } },
        { name: 'oracles', type: { defined: { name: 'memberSet' } } },
      ],
    },
  },
  {
    name: 'scheduleInitialized',
    type: {
      kind: 'struct',
      fields: [
        { name: 'admin', type: 'pubkey' },
        { name: 'guardian', type: 'pubkey' },
        { name: 'clusterTag', type: { array: ['u8', 32] } },
        { name: 'ioMint', type: 'pubkey' },
        { name: 'gpuPool', type: 'pubkey' },
        { name: 'cpuPool', type: 'pubkey' },
        { name: 'setVersion', type: 'u32' },
        { name: 'threshold', type: 'u8' },
        { name: 'members', type: { vec: 'pubkey' } },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'scheduleSealed',
    type: {
      kind: 'struct',
      fields: [
        { name: 'preset', type: { defined: { name: 'emissionPreset' } } },
        { name: 'gpuShareBps', type: 'u16' },
        { name: 'startsAt', type: 'i64' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'sealScheduleArgs',
    type: {
      kind: 'struct',
      fields: [
        { name: 'preset', type: { defined: { name: 'emissionPreset' } } },
        { name: 'gpuShareBps', type: 'u16' },
        { name: 'startsAt', type: 'i64' },
      ],
    },
  },
  { name: 'updateConfigArgs', type: { kind: 'struct', fields: [{ name: 'guardian', type: 'pubkey' }] } },
] as const;

/** The constants of the emission program, its seeds among them. */
export const emissionConstants = [
  { name: 'FINALIZATION_DELAY_SECONDS', type: 'i64', value: '21600' },
  { name: 'INITIAL_SUPPLY', type: 'u64', value: '50000000000000000' },
  { name: 'IO_DECIMALS', type: 'u8', value: '8' },
  { name: 'MAX_EXPIRY_SECONDS', type: 'i64', value: '3600' },
  { name: 'MAX_FINAL_ROOTS', type: 'u8', value: '4' },
  { name: 'MAX_MEMBERS', type: 'u8', value: '7' },
  { name: 'MAX_START_AGE_SECONDS', type: 'i64', value: '86400' },
  { name: 'MAX_START_AHEAD_SECONDS', type: 'i64', value: '7776000' },
  { name: 'MIN_MEMBERS', type: 'u8', value: '3' },
  { name: 'POOL_SEED', type: 'bytes', value: '[112, 111, 111, 108]' },
  { name: 'POOL_VAULT_SEED', type: 'bytes', value: '[112, 111, 111, 108, 95, 118, 97, 117, 108, 116]' },
  {
    name: 'POST_ROOT_TAG',
    type: 'bytes',
    value: '[105, 111, 110, 101, 116, 58, 112, 111, 115, 116, 45, 114, 111, 111, 116, 58]',
  },
  { name: 'RESERVE_EPOCHS', type: 'u64', value: '720' },
  { name: 'REWARD_ACCOUNT_SEED', type: 'bytes', value: '[114, 101, 119, 97, 114, 100]' },
  { name: 'ROTATION_DELAY_SECONDS', type: 'i64', value: '172800' },
  { name: 'SCHEDULE_SEED', type: 'bytes', value: '[115, 99, 104, 101, 100, 117, 108, 101]' },
  { name: 'SECONDS_PER_EPOCH', type: 'u64', value: '3600' },
] as const;

/** What building instructions of the emission program takes. */
export const emissionInstructions = { address, metadata, instructions, types } as const;

/** The interface of the emission program. */
export const emission = {
  address,
  metadata,
  instructions,
  accounts: [
    { name: 'pool', discriminator: [241, 154, 109, 4, 17, 177, 109, 188] },
    { name: 'rewardAccount', discriminator: [225, 81, 31, 253, 84, 234, 171, 129] },
    { name: 'schedule', discriminator: [217, 243, 116, 56, 73, 82, 207, 51] },
  ],
  events: [
    { name: 'adminChanged', discriminator: [232, 34, 31, 226, 62, 18, 19, 114] },
    { name: 'adminProposed', discriminator: [129, 249, 226, 227, 199, 82, 110, 243] },
    { name: 'configUpdated', discriminator: [40, 241, 230, 122, 11, 19, 198, 194] },
    { name: 'epochAdvanced', discriminator: [41, 220, 14, 123, 117, 70, 117, 157] },
    { name: 'membersRotated', discriminator: [95, 55, 77, 223, 198, 28, 148, 10] },
    { name: 'rewardAccountOpened', discriminator: [244, 132, 94, 20, 159, 80, 167, 134] },
    { name: 'rewardClaimed', discriminator: [49, 28, 87, 84, 158, 48, 229, 175] },
    { name: 'rootCancelled', discriminator: [156, 152, 156, 186, 86, 26, 114, 238] },
    { name: 'rootFinalized', discriminator: [241, 1, 127, 133, 180, 171, 191, 127] },
    { name: 'rootPosted', discriminator: [245, 251, 4, 0, 87, 227, 252, 231] },
    { name: 'rotationCancelled', discriminator: [76, 238, 183, 160, 75, 73, 188, 122] },
    { name: 'rotationProposed', discriminator: [168, 152, 59, 75, 16, 83, 154, 222] },
    { name: 'scheduleInitialized', discriminator: [238, 211, 53, 221, 180, 160, 216, 178] },
    { name: 'scheduleSealed', discriminator: [174, 147, 164, 4, 221, 159, 18, 113] },
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
      msg: 'Only the admin may do this: sign with the admin key of the schedule',
    },
    {
      code: 6002,
      name: 'NotPendingAdmin',
      msg: 'Only the proposed admin may accept: sign with the key that the admin proposed',
    },
    {
      code: 6003,
      name: 'NotGuardian',
      msg: 'Only the guardian may cancel a root: sign with the guardian key of the schedule',
    },
    {
      code: 6004,
      name: 'DurableNonceRefused',
      msg: 'Privileged instructions refuse durable-nonce transactions: sign with a recent blockhash',
    },
    {
      code: 6005,
      name: 'NotInstructionsSysvar',
      msg: 'This account is not the instructions sysvar: pass Sysvar1nstructions1111111111111111111111111',
    },
    {
      code: 6006,
      name: 'InvalidAdmin',
      msg: 'The admin must not be the default key: name the multisig that changes this program',
    },
    {
      code: 6007,
      name: 'InvalidGuardian',
      msg: 'The guardian must not be the default key: name the key that can cancel roots',
    },
    {
      code: 6008,
      name: 'InvalidClusterTag',
      msg: 'The cluster tag must not be zero: pass the genesis hash of the network',
    },
    {
      code: 6009,
      name: 'InvalidIoMint',
      msg: 'The IO mint must be a mint of the SPL Token program with 8 decimals',
    },
    { code: 6010, name: 'MemberCountOutOfRange', msg: 'An oracle set has 3 to 7 members' },
    {
      code: 6011,
      name: 'DefaultMember',
      msg: 'A member must not be the default key: name the key that the oracle signs with',
    },
    { code: 6012, name: 'DuplicateMember', msg: 'A key may be a member only once: leave the second one out' },
    {
      code: 6013,
      name: 'RotationPending',
      msg: 'A rotation is pending already: cancel it before proposing another',
    },
    { code: 6014, name: 'NoRotationPending', msg: 'No rotation is pending: propose one first' },
    {
      code: 6015,
      name: 'RotationTooEarly',
      msg: 'The rotation cannot be applied yet: wait until 48 hours after it was proposed',
    },
    { code: 6016, name: 'AlreadySealed', msg: 'The schedule is sealed: nobody can change it' },
    { code: 6017, name: 'ShareOutOfRange', msg: "The GPU pool's share is at most 10,000 basis points" },
    {
      code: 6018,
      name: 'StartOutOfRange',
      msg: 'The emission begins at most a day before it is sealed and 90 days after: choose another start',
    },
    {
      code: 6019,
      name: 'WrongMintAuthority',
      msg: "Something else can still mint IO: make the schedule's address the mint authority first",
    },
    {
      code: 6020,
      name: 'FreezeAuthorityPresent',
      msg: 'Accounts of this mint can be frozen: give up its freeze authority first',
    },
    {
      code: 6021,
      name: 'WrongInitialSupply',
      msg: 'The supply of IO must be 500,000,000 when the schedule is sealed',
    },
    {
      code: 6022,
      name: 'WrongIoMint',
      msg: 'This mint is not the IO mint of the schedule: pass the mint that the schedule names',
    },
    {
      code: 6023,
      name: 'WrongVault',
      msg: 'This token account is not the vault of the pool: pass the vault that the pool names',
    },
    {
      code: 6024,
      name: 'NotSealed',
      msg: 'The schedule is not sealed: the admin seals it at the token generation event',
    },
    { code: 6025, name: 'NotStarted', msg: 'The emission has not begun: wait for its start' },
    {
      code: 6026,
      name: 'NothingToMint',
      msg: 'Nothing is due: all IO of the time that has passed is minted',
    },
    {
      code: 6027,
      name: 'MintMismatch',
      msg: 'The supply did not grow by what was minted: nothing was minted, please report this',
    },
    {
      code: 6028,
      name: 'NotTopLevel',
      msg: 'Roots are not taken from other programs: send this as an instruction of the transaction itself',
    },
    {
      code: 6029,
      name: 'SignaturesMissing',
      msg: "Put the ed25519 instruction with the members' signatures immediately before this one",
    },
    {
      code: 6030,
      name: 'NonCanonicalSignatures',
      msg: 'The ed25519 instruction is not in the canonical encoding: build it with the SDK',
    },
    {
      code: 6031,
      name: 'TooFewSigners',
      msg: "Too few members signed: collect as many signatures as the threshold of the schedule's oracles",
    },
    { code: 6032, name: 'TooManySigners', msg: 'More signers than members: name each signing member once' },
    {
      code: 6033,
      name: 'SignersNotIncreasing',
      msg: 'Name the signers by member index, strictly increasing',
    },
    { code: 6034, name: 'UnknownSigner', msg: 'No member has this index: fetch the schedule again' },
    {
      code: 6035,
      name: 'WrongSignerKey',
      msg: 'A key that signed is not that of the member named: fetch the schedule again',
    },
    {
      code: 6036,
      name: 'WrongMessage',
      msg: 'The members signed another message: pool, root, values, cluster or version of the oracles differ',
    },
    { code: 6037, name: 'SignaturesExpired', msg: 'The signatures have expired: have the members sign anew' },
    {
      code: 6038,
      name: 'ExpiryTooFar',
      msg: 'The signatures expire too late: let them expire within an hour from now',
    },
    { code: 6039, name: 'RootPending', msg: 'A root of this pool is pending: finalize or cancel it first' },
    { code: 6040, name: 'NoRootPending', msg: 'No root of this pool is pending: post one first' },
    {
      code: 6041,
      name: 'VersionNotNext',
      msg: "A root's version is the last one posted plus one, also after a cancelled one: fetch the pool again",
    },
    {
      code: 6042,
      name: 'EpochNotIncreasing',
      msg: 'The epoch of a root is above that of the last final one: post a later epoch',
    },
    {
      code: 6043,
      name: 'EpochNotReleased',
      msg: 'The pool has not released this epoch: wait for its end and send advance_epoch',
    },
    {
      code: 6044,
      name: 'TotalDecreased',
      msg: 'The total of a root is never below that of the last final one: every node ever paid stays in every root',
    },
    {
      code: 6045,
      name: 'TotalAboveBudget',
      msg: 'The root pays more than the budgets of its epochs: recompute the rewards',
    },
    {
      code: 6046,
      name: 'FinalizationTooEarly',
      msg: 'The root is not final yet: wait until 6 hours after it was posted',
    },
    {
      code: 6047,
      name: 'RootNotFound',
      msg: 'No final root that can be claimed against has this version: take a proof of one of the last four',
    },
    {
      code: 6048,
      name: 'ProofLengthInvalid',
      msg: 'A proof is whole hashes of 32 bytes: pass it as it was made',
    },
    { code: 6049, name: 'ProofTooLong', msg: 'A proof has at most 20 hashes' },
    {
      code: 6050,
      name: 'InvalidProof',
      msg: 'The proof does not lead to this root: node, destination, amount, pool, or version of the root differ',
    },
    {
      code: 6051,
      name: 'NothingToClaim',
      msg: 'Nothing is left to claim: the node was paid this amount or more already',
    },
    {
      code: 6052,
      name: 'PoolOverspent',
      msg: 'The pool would pay more than its newest final root names: nothing was paid, please report this',
    },
    {
      code: 6053,
      name: 'InvalidRewardAccount',
      msg: 'This account does not hold the rewards of the node in this pool',
    },
    {
      code: 6054,
      name: 'PoolInconsistent',
      msg: "A pool's sums contradict each other: nothing was moved, please report this",
    },
    { code: 6055, name: 'Overflow', msg: 'An amount, a counter or a time left its range' },
  ],
  types,
  constants: emissionConstants,
} as const;

/** The type of {@link emission}, from which the types of its arguments, accounts, events and errors follow. */
export type Emission = typeof emission;
