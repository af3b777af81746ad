// Generated from idls/oracle.json by scripts/build/generate-idl-types.ts.

const address = '99NYgyEd6qgQr3d4EnNUdHmHQrgogcoCJ4Z1hHUiqtrM' as const;
const metadata = { name: 'oracle', version: '0.1.0', spec: '0.1.0' } as const;
const instructions = [
  {
    name: 'acceptAdmin',
    discriminator: [112, 42, 45, 90, 116, 181, 13, 170],
    accounts: [
      { name: 'newAdmin', signer: true },
      { name: 'oracleSet', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [],
  },
  {
    name: 'applyRotation',
    discriminator: [250, 40, 179, 219, 221, 115, 183, 115],
    accounts: [{ name: 'oracleSet', writable: true }],
    args: [],
  },
  {
    name: 'cancelRotation',
    discriminator: [33, 181, 25, 43, 100, 34, 56, 250],
    accounts: [
      { name: 'admin', signer: true },
      { name: 'oracleSet', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [],
  },
  {
    name: 'closeJobUsage',
    discriminator: [31, 56, 70, 188, 194, 9, 96, 1],
    accounts: [{ name: 'job' }, { name: 'jobUsage', writable: true }, { name: 'rentPayer', writable: true }],
    args: [],
  },
  {
    name: 'initialize',
    discriminator: [175, 175, 109, 31, 13, 152, 155, 237],
    accounts: [
      { name: 'authority', writable: true, signer: true },
      { name: 'program', address: '99NYgyEd6qgQr3d4EnNUdHmHQrgogcoCJ4Z1hHUiqtrM' },
      { name: 'programData' },
      { name: 'oracleSet', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
    ],
    args: [{ name: 'args', type: { defined: { name: 'initializeArgs' } } }],
  },
  {
    name: 'proposeAdmin',
    discriminator: [121, 214, 199, 212, 87, 39, 117, 234],
    accounts: [
      { name: 'admin', signer: true },
      { name: 'oracleSet', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [{ name: 'newAdmin', type: 'pubkey' }],
  },
  {
    name: 'reportJob',
    discriminator: [143, 52, 17, 70, 69, 118, 102, 52],
    accounts: [
      { name: 'payer', writable: true, signer: true },
      { name: 'oracleSet' },
      { name: 'job' },
      { name: 'jobUsage', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
    ],
    args: [{ name: 'args', type: { defined: { name: 'reportJobArgs' } } }],
  },
  {
    name: 'rotateMembers',
    discriminator: [114, 162, 30, 178, 176, 237, 180, 46],
    accounts: [
      { name: 'admin', signer: true },
      { name: 'oracleSet', writable: true },
      { name: 'instructionsSysvar', address: 'Sysvar1nstructions1111111111111111111111111' },
    ],
    args: [{ name: 'members', type: { vec: 'pubkey' } }],
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
        { name: 'clusterTag', type: { array: ['u8', 32] } },
        { name: 'members', type: { vec: 'pubkey' } },
      ],
    },
  },
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
        { name: 'class', type: 'pubkey' },
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
  {
    name: 'jobUsageClosed',
    type: {
      kind: 'struct',
      fields: [
        { name: 'job', type: 'pubkey' },
        { name: 'rentPayer', type: 'pubkey' },
        { name: 'rent', type: 'u64' },
        { name: 'verifiedSeconds', type: 'u64' },
        { name: 'asOf', type: 'i64' },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'jobUsageReported',
    type: {
      kind: 'struct',
      fields: [
        { name: 'job', type: 'pubkey' },
        { name: 'addedSeconds', type: 'u64' },
        { name: 'verifiedSeconds', type: 'u64' },
        { name: 'asOf', type: 'i64' },
        { name: 'setVersion', type: 'u32' },
        { name: 'previousSeq', type: 'u64' },
        { name: 'seq', type: 'u64' },
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
  {
    name: 'oracleSet',
    type: {
      kind: 'struct',
      fields: [
        { name: 'version', type: 'u8' },
        { name: 'bump', type: 'u8' },
        { name: 'governance', type: { defined: { name: 'governance' } } },
        { name: 'clusterTag', type: { array: ['u8', 32] } },
        { name: 'set', type: { defined: { name: 'memberSet' } } },
        { name: 'seq', type: 'u64' },
        { name: 'reserved', type: { array: ['u8', 64] } },
      ],
    },
  },
  {
    name: 'oracleSetInitialized',
    type: {
      kind: 'struct',
      fields: [
        { name: 'admin', type: 'pubkey' },
        { name: 'clusterTag', type: { array: ['u8', 32] } },
        { name: 'setVersion', type: 'u32' },
        { name: 'threshold', type: 'u8' },
        { name: 'members', type: { vec: 'pubkey' } },
        { name: 'seq', type: 'u64' },
      ],
    },
  },
  {
    name: 'payment',
    type: { kind: 'enum', variants: [{ name: 'io' }, { name: 'usdc' }, { name: 'credits' }] },
  },
  {
    name: 'reportJobArgs',
    type: {
      kind: 'struct',
      fields: [
        { name: 'sequence', type: 'u64' },
        { name: 'verifiedSeconds', type: 'u64' },
        { name: 'asOf', type: 'i64' },
        { name: 'expiresAt', type: 'i64' },
        { name: 'signers', type: 'bytes' },
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
] as const;

/** The constants of the oracle program, its seeds among them. */
export const oracleConstants = [
  { name: 'JOB_USAGE_SEED', type: 'bytes', value: '[106, 111, 98, 95, 117, 115, 97, 103, 101]' },
  {
    name: 'JOB_USAGE_TAG',
    type: 'bytes',
    value: '[105, 111, 110, 101, 116, 58, 106, 111, 98, 45, 117, 115, 97, 103, 101, 58]',
  },
  { name: 'MAX_EXPIRY_SECONDS', type: 'i64', value: '3600' },
  { name: 'MAX_MEMBERS', type: 'u8', value: '7' },
  { name: 'MAX_SECONDS_PER_REPORT', type: 'u64', value: '86400' },
  { name: 'MIN_MEMBERS', type: 'u8', value: '3' },
  { name: 'ORACLE_SET_SEED', type: 'bytes', value: '[111, 114, 97, 99, 108, 101, 95, 115, 101, 116]' },
  { name: 'ROTATION_DELAY_SECONDS', type: 'i64', value: '172800' },
] as const;

/** What building instructions of the oracle program takes. */
export const oracleInstructions = { address, metadata, instructions, types } as const;

/** The interface of the oracle program. */
export const oracle = {
  address,
  metadata,
  instructions,
  accounts: [
    { name: 'jobUsage', discriminator: [139, 222, 97, 65, 4, 247, 129, 236] },
    { name: 'oracleSet', discriminator: [128, 26, 73, 134, 218, 90, 126, 42] },
  ],
  events: [
    { name: 'adminChanged', discriminator: [232, 34, 31, 226, 62, 18, 19, 114] },
    { name: 'adminProposed', discriminator: [129, 249, 226, 227, 199, 82, 110, 243] },
    { name: 'jobUsageClosed', discriminator: [14, 100, 93, 96, 139, 33, 223, 69] },
    { name: 'jobUsageReported', discriminator: [177, 214, 149, 196, 62, 21, 5, 217] },
    { name: 'membersRotated', discriminator: [95, 55, 77, 223, 198, 28, 148, 10] },
    { name: 'oracleSetInitialized', discriminator: [144, 147, 228, 14, 194, 123, 60, 253] },
    { name: 'rotationCancelled', discriminator: [76, 238, 183, 160, 75, 73, 188, 122] },
    { name: 'rotationProposed', discriminator: [168, 152, 59, 75, 16, 83, 154, 222] },
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
      msg: 'Only the admin may do this: sign with the admin key of the oracle set',
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
      name: 'InvalidClusterTag',
      msg: 'The cluster tag must not be zero: pass the genesis hash of the network',
    },
    { code: 6007, name: 'MemberCountOutOfRange', msg: 'An oracle set has 3 to 7 members' },
    {
      code: 6008,
      name: 'DefaultMember',
      msg: 'A member must not be the default key: name the key that the oracle signs with',
    },
    { code: 6009, name: 'DuplicateMember', msg: 'A key may be a member only once: leave the second one out' },
    {
      code: 6010,
      name: 'RotationPending',
      msg: 'A rotation is pending already: cancel it before proposing another',
    },
    { code: 6011, name: 'NoRotationPending', msg: 'No rotation is pending: propose one first' },
    {
      code: 6012,
      name: 'RotationTooEarly',
      msg: 'The rotation cannot be applied yet: wait until 48 hours after it was proposed',
    },
    {
      code: 6013,
      name: 'NotTopLevel',
      msg: 'Reports are not taken from other programs: send this as an instruction of the transaction itself',
    },
    {
      code: 6014,
      name: 'SignaturesMissing',
      msg: "Put the ed25519 instruction with the members' signatures immediately before this one",
    },
    {
      code: 6015,
      name: 'NonCanonicalSignatures',
      msg: 'The ed25519 instruction is not in the canonical encoding: build it with the SDK',
    },
    {
      code: 6016,
      name: 'TooFewSigners',
      msg: 'Too few members signed: collect as many signatures as the threshold of the oracle set',
    },
    { code: 6017, name: 'TooManySigners', msg: 'More signers than members: name each signing member once' },
    {
      code: 6018,
      name: 'SignersNotIncreasing',
      msg: 'Name the signers by member index, strictly increasing',
    },
    { code: 6019, name: 'UnknownSigner', msg: 'No member has this index: fetch the oracle set again' },
    {
      code: 6020,
      name: 'WrongSignerKey',
      msg: 'A key that signed is not that of the member named: fetch the oracle set again',
    },
    {
      code: 6021,
      name: 'WrongMessage',
      msg: 'The members signed another message: job, values, cluster or version of the oracle set differ',
    },
    { code: 6022, name: 'ReportExpired', msg: 'The report has expired: have the members sign a new one' },
    {
      code: 6023,
      name: 'ExpiryTooFar',
      msg: 'The report expires too late: let it expire within an hour from now',
    },
    {
      code: 6024,
      name: 'SequenceNotIncreasing',
      msg: 'A report with this or a later sequence was taken already: send a newer one',
    },
    {
      code: 6025,
      name: 'VerifiedSecondsDecreased',
      msg: 'Verified seconds never decrease: report the total so far',
    },
    {
      code: 6026,
      name: 'TooManySecondsAtOnce',
      msg: 'One report adds at most 86,400 seconds: report at least once a day',
    },
    {
      code: 6027,
      name: 'AsOfNotIncreasing',
      msg: 'A report reaches further than the last one: report up to a later time, or not at all where the end was reached',
    },
    {
      code: 6028,
      name: 'AsOfInFuture',
      msg: "The time reported up to lies in the future: report up to the chain's clock",
    },
    {
      code: 6029,
      name: 'JobNotRunning',
      msg: 'The job is neither running nor ending: only such jobs take reports',
    },
    { code: 6030, name: 'AsOfBeforeStart', msg: "The time reported up to lies before the job's start" },
    {
      code: 6031,
      name: 'AsOfAfterEnd',
      msg: "The time reported up to lies after the job's end: report up to the end",
    },
    {
      code: 6032,
      name: 'VerifiedAboveElapsed',
      msg: "More seconds verified than elapsed since the job's start",
    },
    { code: 6033, name: 'VerifiedAboveBooked', msg: 'More seconds verified than the job has booked' },
    { code: 6034, name: 'InvalidJobUsage', msg: 'This account does not hold the usage of the job' },
    { code: 6035, name: 'WrongJob', msg: 'This is another job than the one whose usage is closed' },
    {
      code: 6036,
      name: 'WrongRentPayer',
      msg: 'The rent returns to who paid it: pass the rent payer that the usage names',
    },
    { code: 6037, name: 'NotAJob', msg: 'This account is neither a job of escrow nor empty' },
    {
      code: 6038,
      name: 'JobNotOver',
      msg: 'The job is not over: close its usage once it has ended, expired or was cancelled',
    },
    { code: 6039, name: 'Overflow', msg: 'A counter or a time left its range' },
  ],
  types,
  constants: oracleConstants,
} as const;

/** The type of {@link oracle}, from which the types of its arguments, accounts, events and errors follow. */
export type Oracle = typeof oracle;
