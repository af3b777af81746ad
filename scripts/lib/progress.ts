/** Shows how far something is. */
export interface Progress {
  /** `done` is from 0 to 1. */
  update(done: number): void;
  /** Takes the bar away. */
  end(): void;
}

/** Makes the bar of something that takes long. */
export type ProgressFactory = (label: string) => Progress;

/** Where nobody watches. */
export const noProgress: ProgressFactory = () => ({ update: () => undefined, end: () => undefined });

const BAR = 30;
const INTERVAL_MS = 100;

/** A bar on a terminal, with the time that is left; nothing where the stream is none. */
export function progressOn(stream: NodeJS.WriteStream): ProgressFactory {
  if (!stream.isTTY) return noProgress;
  return (label) => {
    const began = performance.now();
    let drawn = -INTERVAL_MS;
    return {
      update: (done) => {
        const now = performance.now();
        if (now - drawn < INTERVAL_MS && done < 1) return;
        drawn = now;
        const filled = Math.round(done * BAR);
        const left = done > 0 ? Math.ceil((((now - began) / done) * (1 - done)) / 1_000) : 0;
        const percent = Math.floor(done * 100)
          .toString()
          .padStart(3);
        stream.write(`\r${label} [${'#'.repeat(filled).padEnd(BAR, '.')}] ${percent} % ${left} s left   `);
      },
      end: () => {
        stream.write('\r\x1b[K');
      },
    };
  };
}
