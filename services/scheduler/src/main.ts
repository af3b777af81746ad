import { runService } from '@ionet/service-kit';
import { schedulerService } from './service/scheduler.js';

await runService(schedulerService(), process.argv.slice(2), process.env);
