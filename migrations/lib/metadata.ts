import type { Call } from '@ionet/sdk';
import {
  MPL_TOKEN_METADATA_PROGRAM_ID,
  createMetadataAccountV3,
  deserializeMetadata,
  findMetadataPda,
  mplTokenMetadata,
  type Metadata,
} from '@metaplex-foundation/mpl-token-metadata';
import { createNoopSigner, lamports, signerIdentity, type Umi } from '@metaplex-foundation/umi';
import { createUmi } from '@metaplex-foundation/umi-bundle-defaults';
import {
  fromWeb3JsPublicKey,
  toWeb3JsInstruction,
  toWeb3JsPublicKey,
} from '@metaplex-foundation/umi-web3js-adapters';
import { PublicKey } from '@solana/web3.js';
import type { RawAccount } from '@ionet/sdk';

/** The token metadata program, the same on every network that has it. */
export const METADATA_PROGRAM = new PublicKey(MPL_TOKEN_METADATA_PROGRAM_ID);

/** What wallets show of a token. */
export interface TokenMetadata {
  readonly name: string;
  readonly symbol: string;
  /** Of a JSON file with description and image. */
  readonly uri: string;
}

/** Builds and reads only: the address is never connected to. */
function offlineUmi(payer: PublicKey): Umi {
  const signer = createNoopSigner(fromWeb3JsPublicKey(payer));
  return createUmi('http://127.0.0.1').use(mplTokenMetadata()).use(signerIdentity(signer));
}

/** Where the metadata of a mint is. */
export function metadataAddress(mint: PublicKey): PublicKey {
  const [address] = findMetadataPda(offlineUmi(mint), { mint: fromWeb3JsPublicKey(mint) });
  return toWeb3JsPublicKey(address);
}

/** The call that creates the metadata of a mint, signed by its mint authority, who pays. */
export function createMetadataCall(
  mint: PublicKey,
  mintAuthority: PublicKey,
  updateAuthority: PublicKey,
  { name, symbol, uri }: TokenMetadata,
): Call {
  const umi = offlineUmi(mintAuthority);
  const builder = createMetadataAccountV3(umi, {
    mint: fromWeb3JsPublicKey(mint),
    mintAuthority: umi.identity,
    payer: umi.identity,
    updateAuthority: fromWeb3JsPublicKey(updateAuthority),
    data: { name, symbol, uri, sellerFeeBasisPoints: 0, creators: null, collection: null, uses: null },
    isMutable: true,
    collectionDetails: null,
  });
  return {
    instructions: builder.getInstructions().map(toWeb3JsInstruction),
    signers: [],
    accounts: { metadata: metadataAddress(mint) },
  };
}

/** Reads the metadata of a mint. */
export function readMetadata(account: RawAccount): Metadata {
  return deserializeMetadata({
    publicKey: fromWeb3JsPublicKey(account.address),
    owner: fromWeb3JsPublicKey(account.owner),
    lamports: lamports(account.lamports),
    data: account.data,
    executable: account.executable,
  });
}
