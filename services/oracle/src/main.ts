import { runService } from '@ionet/service-kit';
import { oracleService } from './oracle.js';

await runService(oracleService(), process.argv.slice(2), process.env);
