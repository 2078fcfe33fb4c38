// The detectors themselves: a page with every fault must be found out on every count.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { launch, open, settled, sideways, violations, visit } from './browser.mjs';
import { serve } from './server.mjs';

const FAULTY = `<!doctype html><html><head><meta charset="utf-8"><title>x</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'unsafe-inline'; img-src *"></head>
<body><div id="late"></div><p style="color: red">inline style</p><p id="after">text</p>
<img src="missing.png"><img src="http://127.0.0.1:9/other.png" alt="">
<div id="wide">wide</div><button></button>
<script>console.error('said aloud'); throw new Error('thrown')</script></body></html>`;

const folder = await mkdtemp(join(tmpdir(), 'roadmap-site-harness-'));
await writeFile(join(folder, 'index.html'), FAULTY);
await writeFile(join(folder, '404.html'), '<!doctype html><title>none</title>');
const server = await serve(folder, '/repo/');
const browser = await launch();
after(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
});

test('every kind of fault is noticed', async () => {
  const page = await open(browser, { width: 320 });
  await visit(page, server.url);
  await page.evaluate(() => {
    document.querySelector('#late').style.blockSize = '200px';
    document.querySelector('#wide').style.inlineSize = '900px';
  });
  await settled(page);
  const all = [...page.problems, ...(await sideways(page)), ...(await violations(page))].join('\n');
  for (const sign of [
    /^console: said aloud/m, /^error: thrown/m, /^csp: style-src/m, /^status 404: .*missing\.png/m,
    /^other origin: http:\/\/127\.0\.0\.1:9/m, /^layout shift/m, /^the page scrolls sideways/m,
    /^sticks out/m, /^axe image-alt/m, /^axe button-name/m, /^axe html-has-lang/m, /^axe region/m,
  ]) assert.match(all, sign);
});

test('the server answers as GitHub Pages does', async () => {
  const get = (path, options) => fetch(server.origin + path, { redirect: 'manual', ...options });
  const page = await get('/repo/');
  assert.equal(page.status, 200);
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(page.headers.get('cache-control'), 'max-age=600');
  assert.equal(page.headers.get('content-encoding'), 'gzip');
  assert.equal(await page.text(), FAULTY);
  const missing = await get('/repo/no/such/page.html');
  assert.equal(missing.status, 404);
  assert.match(await missing.text(), /none/);
  assert.equal((await get('/')).status, 404);
  assert.equal((await get('/repo/%2e%2e/%2e%2e/etc/passwd')).status, 404);
  assert.equal((await get('/repo/index.html/')).status, 404);
});
