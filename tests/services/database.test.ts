import {
  DatabaseGoneError,
  DirectoryInUseError,
  migrate,
  openDatabase,
  SchemaError,
  type Database,
} from '@ionet/service-kit';
import { expect } from 'chai';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseProxy } from '../faults/database-proxy.js';
import { embedded, onEachDatabase, type DatabasePlace } from './databases.js';
import { spawnScript } from './spawn.js';

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it must be refused'),
    (error: unknown) => error,
  );
}

onEachDatabase('services: database', (kind) => {
  let place: DatabasePlace;
  let database: Database;

  beforeEach(async () => {
    place = await kind.make();
    database = await place.open();
  });
  afterEach(async () => {
    await database.close();
    await place.remove();
  });

  it('holds whole numbers of 64 bits, text, bytes and nothing, and gives them back as they were', async () => {
    await database.query('CREATE TABLE things (id bigint PRIMARY KEY, name text, content bytea)');
    const rows = [
      { id: 9_223_372_036_854_775_807n, name: 'it\'s "π" $1 ?', content: Uint8Array.of(0, 255, 7) },
      { id: -1n, name: null, content: null },
    ];
    for (const { id, name, content } of rows) {
      await database.query('INSERT INTO things (id, name, content) VALUES ($1, $2, $3)', [id, name, content]);
    }
    const found = await database.query('SELECT id, name, content FROM things ORDER BY id DESC');
    expect(found.map(({ id, name }) => ({ id, name }))).to.deep.equal(
      rows.map(({ id, name }) => ({ id, name })),
    );
    expect([...(found[0]?.['content'] as Uint8Array)]).to.deep.equal([0, 255, 7]);
    expect(found[1]?.['content']).to.equal(null);
    expect(await database.query('SELECT COUNT(*) AS count FROM things')).to.deep.equal([{ count: 2n }]);
  });

  it('leaves nothing of a transaction that throws', async () => {
    await database.query('CREATE TABLE things (id bigint PRIMARY KEY)');
    const thrown = new Error('no');
    const attempt = database.transaction(async ({ query }) => {
      await query('INSERT INTO things VALUES (1)');
      throw thrown;
    });
    expect(await failure(attempt)).to.equal(thrown);
    const duplicate = database.transaction(async ({ query }) => {
      await query('INSERT INTO things VALUES (2)');
      await query('INSERT INTO things VALUES (2)');
    });
    expect(await failure(duplicate)).to.be.instanceOf(Error);
    expect(await database.query('SELECT id FROM things')).to.deep.equal([]);
  });

  it('keeps statements of others out of a transaction', async () => {
    await database.query('CREATE TABLE things (id bigint PRIMARY KEY)');
    const inside = database.transaction(async ({ query }) => {
      await query('INSERT INTO things VALUES (1)');
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('rolled back');
    });
    const outside = database.query('INSERT INTO things VALUES (2)');
    await failure(inside);
    await outside;
    expect(await database.query('SELECT id FROM things')).to.deep.equal([{ id: 2n }]);
  });

  it('takes each step of a schema once, all or nothing', async () => {
    const first = { id: 1, name: 'things', statements: ['CREATE TABLE things (id bigint PRIMARY KEY)'] };
    const second = { id: 2, name: 'one thing', statements: ['INSERT INTO things VALUES (1)'] };
    const broken = { id: 3, name: 'broken', statements: ['INSERT INTO things VALUES (3)', 'NONSENSE'] };
    await migrate(database, 'test', [first]);
    await migrate(database, 'test', [first, second]);
    await migrate(database, 'test', [first, second]);
    expect(await failure(migrate(database, 'test', [first, second, broken]))).to.be.instanceOf(Error);
    expect(await database.query('SELECT id FROM things')).to.deep.equal([{ id: 1n }]);
    await migrate(database, 'other', []);
    expect(await failure(migrate(database, 'test', [first]))).to.be.instanceOf(SchemaError);
  });

  if (kind.name === 'PostgreSQL') {
    it('hears of a server that is gone, in a transaction too, and goes on when it is there again', async () => {
      const url = new URL(place.url ?? '');
      const proxy = await DatabaseProxy.open({ host: url.hostname, port: Number(url.port) });
      url.host = `127.0.0.1:${proxy.port}`;
      url.password = 'secret';
      const behind = await openDatabase({ url: url.href, directory: '' });
      await behind.query('CREATE TABLE things (id bigint PRIMARY KEY)');
      const torn = behind.transaction(async ({ query }) => {
        await query('INSERT INTO things VALUES (1)');
        // Nothing is asked of the connection when it breaks.
        await proxy.cut();
        await new Promise((resolve) => setTimeout(resolve, 20));
        await query('INSERT INTO things VALUES (2)');
      });
      expect(await failure(torn)).to.be.instanceOf(Error);
      expect(await failure(behind.query('SELECT 1'))).to.be.instanceOf(Error);
      const refused = await failure(openDatabase({ url: url.href, directory: '' }));
      expect(refused).to.be.instanceOf(DatabaseGoneError);
      expect((refused as Error).message)
        .to.contain(url.host)
        .and.not.to.contain('secret');
      await proxy.restore();
      await behind.query('INSERT INTO things VALUES (3)');
      expect(await behind.query('SELECT id FROM things')).to.deep.equal([{ id: 3n }]);
      await behind.close();
      await proxy.close();
    });
  }

  it('has all that was committed, and no half of a transaction, after its process was killed', async function () {
    this.timeout(60_000);
    await database.close();
    for (let life = 0; life < 3; life += 1) {
      const args = [place.directory, ...(place.url === undefined ? [] : [place.url])];
      const writer = spawnScript('tests/services/processes/writer.ts', { args });
      const from = life * 2;
      await writer.line(({ committed }) => Number(committed) > from);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
      await writer.kill('SIGKILL');
      const said = writer.lines.map(({ committed }) => Number(committed));
      const reopened = await place.open();
      const rows = await reopened.query<{ number: bigint; twin: bigint }>('SELECT number, twin FROM numbers');
      await reopened.close();
      const twins = new Map(rows.map(({ number, twin }) => [number, twin]));
      for (const number of said) expect(twins.has(BigInt(number)), `the pair ${number}`).to.equal(true);
      for (const [number, twin] of twins) expect(twins.get(twin)).to.equal(number);
    }
    database = await place.open();
  });
});

describe('services: a directory', () => {
  it('belongs to one process at a time', async () => {
    const place = await embedded.make();
    const first = await place.open();
    expect(await failure(place.open())).to.be.instanceOf(DirectoryInUseError);
    const other = spawnScript('tests/services/processes/writer.ts', { args: [place.directory] });
    expect(await other.ended()).to.equal(1);
    expect(other.stderr()).to.contain(`process ${process.pid} uses`);
    await first.close();
    // What SQLite's own lock leaves behind when a process is killed.
    mkdirSync(join(place.directory, 'database.sqlite.lock'));
    await (await place.open()).close();
    await place.remove();
  });
});
