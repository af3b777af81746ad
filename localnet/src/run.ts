import type { LocalnetSettings } from './config.js';
import { startLocalnet } from './localnet.js';
import { WALLETS } from './wallets.js';

/** Starts a network, says where it is, and stops it on a signal. */
export async function run(settings: LocalnetSettings): Promise<void> {
  const { wsPort, ledger, keys, ...rest } = settings;
  const network = await startLocalnet({
    ...rest,
    ...(wsPort === null ? {} : { wsPort }),
    ...(ledger === null ? {} : { ledger }),
    ...(keys === null ? {} : { keys }),
  });
  const { deployment, rpcUrl, wsUrl } = network;
  const line = (label: string, value: string): string => `  ${label.padEnd(18)}${value}`;
  const lines = [
    'The local network runs. Ctrl-C stops it.',
    '',
    line('JSON-RPC', rpcUrl),
    line('websocket', wsUrl),
    line('ledger', ledger ?? 'in memory: it is gone when the network stops'),
    line('keypair files', network.keys ?? 'none; --keys <directory> writes them'),
    '',
    line('IO mint', deployment.ioMint.toBase58()),
    line('USDC mint', deployment.usdcMint.toBase58()),
    line('price account', deployment.priceAccount.toBase58()),
    ...Object.entries(deployment.programs).map(([name, id]) => line(name, id.toBase58())),
    '',
    'Wallets (test keys, the same on every machine; never use them elsewhere):',
    ...Object.values(WALLETS).map(({ name, keypair, purpose }) =>
      line(name, `${keypair.publicKey.toBase58().padEnd(46)}${purpose}`),
    ),
  ];

  // Who reads the lines may stop the network at once: the signals are awaited first.
  const stopped = new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      network.stop().then(resolve, reject);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
  process.stdout.write(`${lines.join('\n')}\n`);
  await stopped;
}
