/** The error codes of the programs that every Solana network has and that ours call, by name. */
export const nativeErrors = {
  system: {
    AccountAlreadyInUse: [0, 'the account to create exists already'],
    ResultWithNegativeLamports: [1, 'the account has too few lamports for this transfer'],
    InvalidProgramId: [2, 'an account cannot be assigned to this program'],
    InvalidAccountDataLength: [3, 'an account cannot have that many bytes'],
    MaxSeedLengthExceeded: [4, 'the seed is too long'],
    AddressWithSeedMismatch: [5, 'the address does not follow from its base and seed'],
    NonceNoRecentBlockhashes: [6, 'a nonce cannot be advanced without recent blockhashes'],
    NonceBlockhashNotExpired: [7, 'the nonce was advanced too recently'],
    NonceUnexpectedBlockhashValue: [8, 'the nonce holds another blockhash than this one'],
  },
  token: {
    NotRentExempt: [0, 'the token account has too few lamports to be exempt from rent'],
    InsufficientFunds: [1, 'the token account holds less than this amount'],
    InvalidMint: [2, 'this is not a mint'],
    MintMismatch: [3, 'the token account is of another mint'],
    OwnerMismatch: [4, 'the token account belongs to somebody else'],
    FixedSupply: [5, 'the supply of this token is fixed'],
    AlreadyInUse: [6, 'the account is in use already'],
    InvalidNumberOfProvidedSigners: [7, 'the number of signers given is not valid'],
    InvalidNumberOfRequiredSigners: [8, 'the number of signers required is not valid'],
    UninitializedState: [9, 'the account is not initialized'],
    NativeNotSupported: [10, 'not possible for wrapped SOL'],
    NonNativeHasBalance: [11, 'the token account must be empty to be closed'],
    InvalidInstruction: [12, 'the instruction is not valid'],
    InvalidState: [13, 'the account is not in the state for this'],
    Overflow: [14, 'the amount overflows'],
    AuthorityTypeNotSupported: [15, 'this account has no authority of that type'],
    MintCannotFreeze: [16, 'this mint has no freeze authority'],
    AccountFrozen: [17, 'the token account is frozen'],
    MintDecimalsMismatch: [18, 'the mint has another number of decimals'],
    NonNativeNotSupported: [19, 'only possible for wrapped SOL'],
  },
  associatedToken: {
    InvalidOwner: [0, 'the associated token account belongs to somebody else'],
  },
  ed25519: {
    InvalidPublicKey: [0, 'a public key is not valid'],
    InvalidRecoveryId: [1, 'a recovery id is not valid'],
    InvalidSignature: [2, 'a signature does not fit its key and message'],
    InvalidDataOffsets: [3, 'an offset points outside of the data'],
    InvalidInstructionDataSize: [4, 'the data has a wrong length'],
  },
} as const satisfies Record<string, Record<string, readonly [code: number, message: string]>>;

/** The errors of the network's own programs, by program and name. */
export type NativeErrors = typeof nativeErrors;

/** A program that every Solana network has. */
export type NativeProgramName = keyof NativeErrors;

/** The addresses of these programs. */
export const nativeProgramIds: Readonly<Record<string, NativeProgramName>> = {
  '11111111111111111111111111111111': 'system',
  TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA: 'token',
  ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL: 'associatedToken',
  Ed25519SigVerify111111111111111111111111111: 'ed25519',
};
