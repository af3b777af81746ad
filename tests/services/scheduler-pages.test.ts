import { addPages } from '@ionet/scheduler';
import { expect } from 'chai';
import { fastify, type FastifyInstance } from 'fastify';

describe('scheduler: the web page as it is served', () => {
  let http: FastifyInstance;
  beforeEach(() => {
    http = fastify();
    addPages(http);
  });
  afterEach(() => http.close());

  it('is a document that names its files by their hashes, and runs and loads nothing else', async () => {
    const { statusCode, headers, body } = await http.inject('/');
    expect(statusCode).to.equal(200);
    expect(headers['content-type']).to.equal('text/html; charset=utf-8');
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).to.include.members(["default-src 'none'", "script-src 'self'", "connect-src 'self'"]);
    expect(policy.join()).not.to.match(/unsafe|data:|https?:/);
    const files = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(files).to.have.length(3);
    for (const path of files) {
      expect(path).to.match(/^\/assets\/(app|style|icon)\.[\w-]{16}\.(js|css|svg)$/);
      const file = await http.inject(path);
      expect(file.statusCode).to.equal(200);
      expect(file.headers['cache-control']).to.equal('public, max-age=31536000, immutable');
      expect(file.headers['x-content-type-options']).to.equal('nosniff');
      expect(file.body.length).to.be.greaterThan(100);
    }
    expect(body, 'nothing is in the document itself').not.to.match(/<style|<script>| style=| on\w+=/);
  });

  it('is asked for each time, and answered shortly where it is the same', async () => {
    const { headers } = await http.inject('/');
    expect(headers['cache-control']).to.equal('no-cache');
    const etag = String(headers.etag);
    const again = await http.inject({ url: '/', headers: { 'if-none-match': etag } });
    expect([again.statusCode, again.body]).to.deep.equal([304, '']);
    const other = await http.inject({ url: '/', headers: { 'if-none-match': '"other"' } });
    expect(other.statusCode).to.equal(200);
    expect((await http.inject('/assets/app.js')).statusCode).to.equal(404);
  });
});
