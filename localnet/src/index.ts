export { ConfigError, parseOptions, type LocalnetOptions, type LocalnetSettings } from './config.js';
export { DEPLOYMENT, GENESIS_HASH, genesisAccounts, type GenesisAccount } from './genesis.js';
export { LedgerError } from './ledger/ledger.js';
export { startLocalnet, type Localnet } from './localnet.js';
export { WALLETS, writeWallets, type LocalWallet } from './wallets.js';
