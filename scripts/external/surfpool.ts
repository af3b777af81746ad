import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../dev/process.js';
import { mocha, startServer, type ExternalSuite } from './suite.js';

const SURFNODE = '../shared/surfnode/surfnode.xz';
/** Every block of Surfpool takes this long; its helpers ask for 200 ms at least. */
const SLOT_MS = 200;

/** The integration suite of the local network against a Surfpool node. */
export const surfpool: ExternalSuite = {
  skipped: `the local network's suite against a Surfpool node: there is no ${SURFNODE}`,

  async run(directory) {
    if (!existsSync(SURFNODE)) return null;
    const unpacked = spawnSync('xz', ['-dc', SURFNODE], { maxBuffer: 256 * 1024 * 1024 });
    if (unpacked.status !== 0) throw new Error(`${SURFNODE} cannot be unpacked: is xz installed?`);
    const program = join(directory, 'surfnode');
    writeFileSync(program, unpacked.stdout);
    chmodSync(program, 0o755);
    const [port = 0, wsPort = 0] = await freePorts(2);
    const options = ['--port', port, '--ws-port', wsPort, '--slot-time', SLOT_MS].map(String);
    const node = await startServer(program, options, { tells: 'stdout', ready: /^READY/ });
    try {
      return mocha(['tests/localnet/*.test.ts'], {
        RPC_URL: `http://127.0.0.1:${port}`,
        WS_URL: `ws://127.0.0.1:${wsPort}`,
        SLOT_MS: String(SLOT_MS),
      });
    } finally {
      node.kill();
    }
  },
};
