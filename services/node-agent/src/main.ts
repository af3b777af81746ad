import { runService } from '@ionet/service-kit';
import { agentService } from './agent.js';

await runService(agentService(), process.argv.slice(2), process.env);
