import { replay, type Episode, type Stage, type Step } from './episode.js';

/** What a failure is about, without the numbers and addresses of the moment. */
function kindOf({ failure }: Episode): string | undefined {
  return failure?.message.replace(/[1-9A-HJ-NP-Za-km-z]{32,44}|-?\d+n?/gu, '·').split('\n', 1)[0];
}

/** Steps that may matter to the last one: those on the same jobs, and all that moves the clock. */
function related(steps: readonly Step[]): readonly Step[] {
  const booked = new Set(steps.flatMap(({ booked }) => booked ?? []));
  const last = steps.at(-1);
  const jobs = new Set(last?.draws.filter((draw) => typeof draw === 'string' && booked.has(draw)));
  return steps.filter(
    (step) =>
      step === last ||
      step.action === 'warp' ||
      jobs.has(step.booked ?? '') ||
      step.draws.some((draw) => jobs.has(draw)),
  );
}

/**
 * Leaves out steps as long as the rest fails in the same way: first all that have nothing to do with the job of the
 * last one, then ever smaller parts. Stops when the time is over.
 */
export async function shrink(
  stage: Stage,
  seed: bigint,
  failed: Episode,
  seconds: number,
): Promise<{ readonly episode: Episode; readonly replays: number }> {
  const kind = kindOf(failed);
  const until = Date.now() + seconds * 1_000;
  let best = failed;
  let replays = 0;

  /** Takes a shorter list if it fails in the same way. */
  async function take(steps: readonly Step[]): Promise<boolean> {
    replays += 1;
    const episode = await replay(stage, seed, steps);
    if (kindOf(episode) !== kind || episode.steps.length >= best.steps.length) return false;
    best = episode;
    return true;
  }

  const successful = best.steps.filter((step) => step.outcome === 'done' || step.outcome === 'failed');
  if (seconds > 0) {
    if (best.failure?.windingDown !== true) await take(related(best.steps));
    if (successful.length < best.steps.length) {
      await take(best.steps.filter((step) => step.outcome === 'done' || step.outcome === 'failed'));
    }
  }
  for (let size = Math.ceil(best.steps.length / 2); size >= 1 && Date.now() < until;) {
    let shorter = false;
    // From the end, where what led to the failure is less likely to depend on it.
    for (let from = best.steps.length - size; from > -size && Date.now() < until; from -= size) {
      const begin = Math.max(from, 0);
      const rest = [...best.steps.slice(0, begin), ...best.steps.slice(from + size)];
      if (await take(rest)) shorter = true;
    }
    if (size === 1 && !shorter) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return { episode: best, replays };
}
