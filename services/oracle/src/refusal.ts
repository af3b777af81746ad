import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

/** Why a request is refused, and the HTTP status that says so. */
const STATUS = {
  /** It is not what the call takes. */
  Malformed: 400,
  /** A speed test sent more or fewer bytes than were asked for. */
  WrongSize: 400,
  /** The hash is not that of the bytes of the speed test. */
  WrongHash: 400,
  /** Another key than that of the node's operator signed it, or it was signed for another cluster. */
  WrongSignature: 403,
  NodeUnknown: 404,
  ChallengeUnknown: 404,
  JobUnknown: 404,
  SpeedTestUnknown: 404,
  /** There is no final root yet, or the node is not in it. */
  NothingToClaim: 404,
  /** Its time is too far from the chain's. */
  ClockSkew: 409,
  /** Its sequence is not above the last one that was taken. */
  Replayed: 409,
  AnswerLate: 409,
  /** Work that is too long ago, in the future, or in more pieces than are kept of a job. */
  HoursOutOfRange: 409,
  /** A peer does not sign that, or not yet. */
  NotAgreed: 409,
  TooLarge: 413,
  /** So much is going on that this has to wait; to be sent again. */
  Busy: 503,
} as const;

/** The names of refusals. */
export type RefusalName = keyof typeof STATUS;

/** A request that is refused: its name, and a sentence that says why. */
export class Refusal extends Error {
  override readonly name: RefusalName;

  constructor(name: RefusalName, message: string) {
    super(message);
    this.name = name;
  }

  get status(): number {
    return STATUS[this.name];
  }
}

/** What is said to who sent it. */
export interface RefusalBody {
  readonly name: RefusalName;
  readonly error: string;
}

/** Whatever stopped a request, as a refusal; `undefined` where it is a fault of the oracle. */
function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof z.ZodError) return new Refusal('Malformed', z.prettifyError(error));
  // What the HTTP server refuses before a route hears of it, such as a body that is no JSON.
  const { statusCode, message } = error as { statusCode?: unknown; message?: unknown };
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return undefined;
  return new Refusal(statusCode === STATUS.TooLarge ? 'TooLarge' : 'Malformed', String(message));
}

/** Has every refusal of a server's routes answered as {@link RefusalBody}. */
export function answerRefusals(http: FastifyInstance): void {
  http.setErrorHandler(async (error: unknown, _request, reply) => {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    const body: RefusalBody = { name: refusal.name, error: refusal.message };
    await reply.code(refusal.status).send(body);
  });
}
