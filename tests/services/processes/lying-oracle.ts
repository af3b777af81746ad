/** An oracle that lies about what it observed: it leaves every node out, and has its own node earn everything. */
import { oracleService } from '@ionet/oracle';
import { runService } from '@ionet/service-kit';
import { PublicKey } from '@solana/web3.js';

const INVENTED = new PublicKey(new Uint8Array(32).fill(7)).toBase58();

await runService(
  oracleService((_entries, start) => [
    `beats,${INVENTED},fffffffffffffff`,
    `node,${INVENTED},gpu,${INVENTED},8,10000,${INVENTED},${start - 1}`,
    `proof,${INVENTED},0,+`,
    `speed,${INVENTED},1000,1000`,
  ]),
  process.argv.slice(2),
  process.env,
);
