import { PublicKey } from '@solana/web3.js';

const MINUTE = 60;
/** By this second of a minute every node sends its heartbeat: the rest is for those that have to be sent again. */
export const LATEST_HEARTBEAT_SECOND = 45;

/** A heartbeat that an oracle took. */
export interface Heartbeat {
  /** The minute as the oracle wrote it down: its clock may have been read a moment earlier. */
  readonly minute: number;
  /** When it was sent, unix seconds. */
  readonly at: number;
}

/** The second of a minute at which a node sends its heartbeats: those of many nodes do not all come at once. */
export function heartbeatSecond(node: string): number {
  const [high = 0, low = 0] = new PublicKey(node).toBytes();
  return (high * 256 + low) % LATEST_HEARTBEAT_SECOND;
}

/** Whether an oracle is to be sent the heartbeat of this minute now: the first one at once. */
export function isHeartbeatDue(last: Heartbeat | undefined, now: number, second: number): boolean {
  if (last === undefined) return true;
  if (Math.floor(now / MINUTE) <= last.minute) return false;
  // Where the clock has jumped the next minute may be near.
  return now % MINUTE >= second || now - last.at >= MINUTE;
}
