/** The error codes of the programs that every Solana network has and that ours call, by name. */
export const nativeErrors = {
  system: {
    AccountAlreadyInUse: [0, 'the account to create exists already: use it, or another address'],
    ResultWithNegativeLamports: [1, 'the account has too few lamports for this transfer: fund it with SOL'],
    InvalidProgramId: [2, 'an account cannot be assigned to this program: name another one'],
    InvalidAccountDataLength: [3, 'an account cannot have that many bytes: ask for at most 10 MiB'],
    MaxSeedLengthExceeded: [4, 'the seed is too long: use at most 32 bytes'],
    AddressWithSeedMismatch: [5, 'the address does not follow from its base and seed: derive it from them'],
    NonceNoRecentBlockhashes: [6, 'a nonce cannot be advanced without recent blockhashes: try again later'],
    NonceBlockhashNotExpired: [7, 'the nonce was advanced too recently: try again in the next slot'],
    NonceUnexpectedBlockhashValue: [
      8,
      'the nonce holds another blockhash than this one: read it anew and sign again',
    ],
  },
  token: {
    NotRentExempt: [0, 'the token account has too few lamports to be exempt from rent: fund it with SOL'],
    InsufficientFunds: [1, 'the token account holds less than this amount: fund it, or use a smaller amount'],
    InvalidMint: [2, 'this is not a mint: pass the mint of the token'],
    MintMismatch: [3, 'the token account is of another mint: pass one of this mint'],
    OwnerMismatch: [4, 'the token account belongs to somebody else: sign with its owner'],
    FixedSupply: [5, 'the supply of this token is fixed: nothing can be minted'],
    AlreadyInUse: [6, 'the account is in use already: pass one that is empty'],
    InvalidNumberOfProvidedSigners: [
      7,
      'the number of signers given is not valid: have as many sign as the multisig asks for',
    ],
    InvalidNumberOfRequiredSigners: [8, 'the number of signers required is not valid: ask for 1 to 11'],
    UninitializedState: [9, 'the account is not initialized: create it first'],
    NativeNotSupported: [10, 'not possible for wrapped SOL: use another mint'],
    NonNativeHasBalance: [
      11,
      'the token account must be empty to be closed: transfer or burn its tokens first',
    ],
    InvalidInstruction: [12, 'the instruction is not valid: build it with a library of the token program'],
    InvalidState: [13, 'the account is not in the state for this: read it anew'],
    Overflow: [14, 'the amount overflows: use a smaller one'],
    AuthorityTypeNotSupported: [15, 'this account has no authority of that type: name another one'],
    MintCannotFreeze: [16, 'this mint has no freeze authority: its accounts cannot be frozen'],
    AccountFrozen: [
      17,
      'the token account is frozen: have the freeze authority of its mint thaw it, or use another',
    ],
    MintDecimalsMismatch: [18, 'the mint has another number of decimals: read them from the mint'],
    NonNativeNotSupported: [19, 'only possible for wrapped SOL: pass an account of wrapped SOL'],
  },
  associatedToken: {
    InvalidOwner: [
      0,
      'the associated token account belongs to somebody else: pass that of the owner and mint',
    ],
  },
  ed25519: {
    InvalidPublicKey: [0, 'a public key is not valid: name the key that signed'],
    InvalidRecoveryId: [1, 'a recovery id is not valid: sign anew'],
    InvalidSignature: [
      2,
      'a signature does not fit its key and message: sign the very bytes of the message with that key',
    ],
    InvalidDataOffsets: [3, 'an offset points outside of the data: build the instruction with the SDK'],
    InvalidInstructionDataSize: [4, 'the data has a wrong length: build the instruction with the SDK'],
  },
} as const satisfies Record<string, Record<string, readonly [code: number, message: string]>>;

/**
 * The errors of the network's own programs, by program and name.
 *
 * @see {@link isProgramError}
 */
export type NativeErrors = typeof nativeErrors;

/**
 * A program that every Solana network has.
 *
 * @see {@link ProgramError}
 */
export type NativeProgramName = keyof NativeErrors;

/** The addresses of these programs. */
export const nativeProgramIds: Readonly<Record<string, NativeProgramName>> = {
  '11111111111111111111111111111111': 'system',
  TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA: 'token',
  ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL: 'associatedToken',
  Ed25519SigVerify111111111111111111111111111: 'ed25519',
};
