import type { FastifyInstance, FastifyReply } from 'fastify';
import { createHash } from 'node:crypto';
import { SCRIPT, STYLE } from './web-bundle.js';

/*
 * The web page: one document that asks the API beside it. Nothing comes from another host, and nothing in the document
 * is run or styled that is not a file of this service.
 */

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** A file has its hash in its name: what was loaded once is never asked for again. */
const FOREVER = 'public, max-age=31536000, immutable';
const ASK_EACH_TIME = 'no-cache';

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1c5fd4"/>' +
  '<path d="M4 4v8" stroke="#fff" stroke-width="2"/><circle cx="10" cy="8" r="3" fill="none" stroke="#fff" stroke-width="2"/></svg>';

function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 16);
}

const FILES = [
  { name: `app.${hashOf(SCRIPT)}.js`, type: 'text/javascript; charset=utf-8', content: SCRIPT },
  { name: `style.${hashOf(STYLE)}.css`, type: 'text/css; charset=utf-8', content: STYLE },
  { name: `icon.${hashOf(ICON)}.svg`, type: 'image/svg+xml', content: ICON },
] as const;

const [script, style, icon] = FILES;
const DOCUMENT = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>ionet network</title>
    <link rel="icon" href="/assets/${icon.name}">
    <link rel="stylesheet" href="/assets/${style.name}">
    <script type="module" src="/assets/${script.name}"></script>
  </head>
  <body>
    <div id="app"></div>
    <noscript>This page needs JavaScript. The same figures are at /network, /nodes and /jobs.</noscript>
  </body>
</html>
`;
const DOCUMENT_TAG = `"${hashOf(DOCUMENT)}"`;

/** Puts the web page on a server, at `/`. */
export function addPages(http: FastifyInstance): void {
  http.get('/', async (request, reply): Promise<FastifyReply> => {
    void reply.headers({ ...HEADERS, 'cache-control': ASK_EACH_TIME, etag: DOCUMENT_TAG });
    if (request.headers['if-none-match'] === DOCUMENT_TAG) return reply.code(304).send();
    return reply.type('text/html; charset=utf-8').send(DOCUMENT);
  });
  for (const { name, type, content } of FILES) {
    http.get(`/assets/${name}`, async (_request, reply): Promise<FastifyReply> => {
      return reply
        .headers({ ...HEADERS, 'cache-control': FOREVER })
        .type(type)
        .send(content);
    });
  }
}
