import { METADATA_PROGRAM, createMetadataCall, metadataAddress, readMetadata } from '../lib/metadata.js';
import { fetchMint } from '../lib/mint.js';
import { MigrationError, stateOf, type Step } from '../lib/step.js';

/** What wallets show of IO. Before the mint is handed over: its authority has to sign. */
export const metadata: Step = {
  name: '02-metadata',
  summary: 'name, symbol and picture of IO, changed by the multisig alone',
  async inspect({ client, config }) {
    if (config.metadata === null) return stateOf(['the config names no metadata: none is written'], []);
    const { ioMint } = client.deployment;
    const address = metadataAddress(ioMint);
    const [account, program] = await client.transport.getAccounts([address, METADATA_PROGRAM]);
    const { name, symbol, uri } = config.metadata;
    if (account != null && account.owner.equals(METADATA_PROGRAM)) {
      const found = readMetadata(account);
      // Its authority may have changed it since: that is no reason to stop.
      const same = found.name === name && found.symbol === symbol && found.uri === uri;
      const what = `${found.name} (${found.symbol}), ${found.uri}, by ${found.updateAuthority}`;
      return stateOf([same ? what : `${what}, otherwise than the config says`], []);
    }
    if (program?.executable !== true) {
      throw new MigrationError('this network has no token metadata program: set metadata to null');
    }
    const mint = await fetchMint(client, ioMint);
    if (mint !== null && mint.mintAuthority?.equals(config.deployer) !== true) {
      throw new MigrationError('IO has no metadata, and its mint authority is no longer the deployer');
    }
    const call = createMetadataCall(ioMint, config.deployer, config.roles.multisig, config.metadata);
    return stateOf([], [{ what: `write the metadata: ${name} (${symbol}), ${uri}`, call }]);
  },
};
