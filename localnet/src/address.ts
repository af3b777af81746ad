import bs58 from 'bs58';

/** The base58 form of 32 bytes: how accounts are named everywhere in this package. */
export type Address = string;

const ADDRESS_BYTES = 32;

/** The address that these bytes are. */
export function addressOf(bytes: Uint8Array): Address {
  return bs58.encode(bytes);
}

/** The bytes of an address. */
export function bytesOf(address: Address): Uint8Array {
  return bs58.decode(address);
}

/** Whether a text is the base58 form of 32 bytes. */
export function isAddress(text: string): boolean {
  return bs58.decodeUnsafe(text)?.length === ADDRESS_BYTES;
}
