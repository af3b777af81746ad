import { render, type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { JobPage } from './job.js';
import { NodePage } from './node.js';
import { OverviewPage } from './overview.js';

const ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;

/** A page and what it is about, by the part of the address behind `#`. */
function route(hash: string): { readonly title: string; readonly page: JSX.Element } {
  const [, kind = '', id = ''] = hash.split('/');
  if (kind === '' && id === '') return { title: 'Network', page: <OverviewPage /> };
  if (kind === 'nodes' && ADDRESS.test(id)) {
    return { title: `Node ${id}`, page: <NodePage key={id} id={id} /> };
  }
  if (kind === 'jobs' && ADDRESS.test(id)) return { title: `Job ${id}`, page: <JobPage key={id} id={id} /> };
  return { title: 'Not found', page: <NotFound /> };
}

function NotFound(): JSX.Element {
  return (
    <>
      <h1>There is no such page</h1>
      <p>
        <a href="#/">To the network</a>
      </p>
    </>
  );
}

/** Goes to the page of what was typed: a node where there is one of this address, else a job. */
function Search(): JSX.Element {
  const [problem, setProblem] = useState<string | null>(null);
  const find = async (address: string): Promise<void> => {
    if (!ADDRESS.test(address)) {
      setProblem('That is no address.');
      return;
    }
    const found = async (kind: string): Promise<boolean> => (await fetch(`/${kind}/${address}`)).ok;
    const kind = (await found('nodes')) ? 'nodes' : (await found('jobs')) ? 'jobs' : null;
    setProblem(kind === null ? 'There is no node or job of this address.' : null);
    if (kind !== null) location.hash = `#/${kind}/${address}`;
  };
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const address = new FormData(event.currentTarget).get('address');
        find(typeof address === 'string' ? address.trim() : '').catch(() => {
          setProblem('The scheduler does not answer.');
        });
      }}
    >
      <label class="hidden" for="address">
        Address of a node or a job
      </label>
      <input
        id="address"
        name="address"
        placeholder="Address of a node or job"
        autocomplete="off"
        spellcheck={false}
        aria-describedby="search-problem"
      />
      <button type="submit">Find</button>
      <span id="search-problem" role="status">
        {problem}
      </span>
    </form>
  );
}

function App(): JSX.Element {
  const [hash, setHash] = useState(location.hash);
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    const follow = (): void => {
      setHash(location.hash);
      scrollTo(0, 0);
      // Whoever does not see the page change hears it.
      main.current?.focus();
    };
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('hashchange', follow);
    };
  }, []);
  const { title, page } = route(hash);
  useEffect(() => {
    document.title = `${title} · ionet`;
  }, [title]);
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        To the content
      </a>
      <header>
        <nav aria-label="Main">
          <a href="#/" class="brand" {...(title === 'Network' ? { 'aria-current': 'page' } : {})}>
            ionet <span>network</span>
          </a>
        </nav>
        <Search />
      </header>
      <main id="main" tabIndex={-1} ref={main}>
        {page}
      </main>
      <footer>
        <p>
          From the chain’s accounts and final transactions. Times are UTC. <a href="/openapi.json">API</a>
        </p>
      </footer>
    </>
  );
}

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
