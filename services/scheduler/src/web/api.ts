import { useEffect, useState } from 'preact/hooks';
import type {
  HistoryBody,
  JobBody,
  JobsBody,
  NetworkBody,
  NodesBody,
  RewardsBody,
  StakeBody,
  UptimeBody,
} from '../service/network-schemas.js';
import type { NodeBody } from '../service/schemas.js';

export type {
  HistoryBody,
  JobBody,
  JobsBody,
  NetworkBody,
  NodeBody,
  NodesBody,
  RewardsBody,
  StakeBody,
  UptimeBody,
};

/** What there is of an answer: it is on its way, there, or why not. The last answer stays while a newer one fails. */
export interface Resource<T> {
  readonly data: T | null;
  readonly error: string | null;
}

const TIMEOUT_MS = 15_000;

async function read<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(path, { signal, headers: { accept: 'application/json' } });
  // The scheduler checks what it sends by the schemas that these types come from.
  const body = (await response.json()) as T & { readonly message?: string };
  if (!response.ok) throw new Error(body.message ?? `the scheduler answered ${response.status}`);
  return body;
}

/** Reads a path of the API, and again each so many milliseconds while the page is seen. */
export function useResource<T>(path: string, everyMs: number): Resource<T> {
  const [resource, setResource] = useState<Resource<T> & { readonly path: string }>({
    path,
    data: null,
    error: null,
  });
  useEffect(() => {
    const stopped = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      if (document.visibilityState === 'visible') {
        try {
          const data = await read<T>(
            path,
            AbortSignal.any([stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]),
          );
          setResource({ path, data, error: null });
        } catch (error) {
          if (stopped.signal.aborted) return;
          const message = error instanceof Error ? error.message : String(error);
          setResource((before) => ({
            path,
            data: before.path === path ? before.data : null,
            error: message,
          }));
        }
      }
      if (!stopped.signal.aborted) timer = setTimeout(() => void look(), everyMs);
    };
    void look();
    return () => {
      stopped.abort();
      clearTimeout(timer);
    };
  }, [path, everyMs]);
  // What belongs to the page before is not shown on this one.
  return resource.path === path ? resource : { data: null, error: null };
}
