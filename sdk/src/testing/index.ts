export { expectError } from './expect-error.js';
export { testKeypair } from './keys.js';
export { transactionErrorOf, type TransactionErrorJson } from './litesvm-failures.js';
export {
  TestNetwork,
  type AccountToSet,
  type TestNetworkOptions,
  type TransactionObserver,
} from './network.js';
export { PYTH_RECEIVER } from '../price-account.js';
export { encodePriceUpdate, setPrice, type PriceUpdate } from './price.js';
export { readPrograms, upgradeableProgram } from './programs.js';
export {
  changeTokenAccount,
  mintTokens,
  setMint,
  tokenBalance,
  tokenSupply,
  type MintToSet,
} from './tokens.js';
export {
  Market,
  TEST_CLASSES,
  TEST_PRICE,
  createMarket,
  initializeMarket,
  type MarketOptions,
  type MarketSnapshot,
  type MarketWithNode,
  type NodeToRegister,
  type TestHardwareClass,
} from './market.js';
