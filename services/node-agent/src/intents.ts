import { emission, escrow, mergeCalls, minimumStake, pda, staking, type Call, type Client } from '@ionet/sdk';
import type { IntentKind } from '@ionet/service-kit';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { AgentSettings } from './settings.js';

const claimPayload = z.object({
  version: z.string().transform(BigInt),
  cumulative: z.string().transform(BigInt),
  destination: z.string().transform((text) => new PublicKey(text)),
  proof: z.string().transform((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))),
});

/** What an agent sends: how the transaction of each kind of intent is built. */
export function agentIntents(
  client: Client,
  node: PublicKey,
  settings: AgentSettings,
): Record<string, IntentKind> {
  const { deployment, accounts, payer } = client;
  const context = { deployment, payer };

  /** Registers the node and stakes its minimum, in one transaction: the owner signs, the operator pays. */
  const register = async (): Promise<Call> => {
    const { OWNER_KEYPAIR: owner, NODE_ID: id, CLASS_ID: classId, DEVICES: deviceCount } = settings;
    if (owner === undefined) throw new Error('the node is not registered, and OWNER_KEYPAIR is not set');
    const [hardware, config] = await Promise.all([
      accounts.staking.hardwareClass.fetch(pda.staking.class(deployment, classId)),
      accounts.staking.stakingConfig.fetch(pda.staking.config(deployment)),
    ]);
    const amount = minimumStake(
      config.baseStakePerDevice,
      BigInt(hardware.multiplierX100),
      BigInt(deviceCount),
    );
    const { BANDWIDTH: bandwidth, REGION: region, SCHEDULER: scheduler = null } = settings;
    return mergeCalls([
      staking.registerNode.call(context, {
        owner,
        id,
        classId,
        deviceCount,
        bandwidth,
        region,
        operator: payer,
        scheduler,
      }),
      staking.stake.call(context, { node, amount, owner }),
    ]);
  };

  return {
    // A node whose owner has closed it could be registered anew, and would take his stake again.
    register: { build: register, onceBy: 'outbox' },
    // A job starts once.
    'start-job': {
      build: async ({ subject }) => {
        const job = await accounts.escrow.job.fetch(new PublicKey(subject));
        return escrow.startJob.call(context, { job });
      },
      onceBy: 'chain',
    },
    // What is paid is the difference to what was paid before.
    'claim-reward': {
      build: ({ subject, payload }) =>
        emission.claimReward.call(context, {
          ...claimPayload.parse(JSON.parse(payload)),
          kind: subject === 'cpu' ? 'cpu' : 'gpu',
          node,
        }),
      onceBy: 'chain',
    },
  };
}
