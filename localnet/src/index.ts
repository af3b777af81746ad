export { ConfigError, type LocalnetOptions } from './config.js';
export { DEPLOYMENT, GENESIS_HASH } from './genesis.js';
export { LedgerError } from './ledger/ledger.js';
export { startLocalnet, type Localnet } from './localnet.js';
export { WALLETS, writeWallets, type LocalWallet } from './wallets.js';
