// A page that was put away and comes back, or was made ready before it was asked for, shows the
// marks of now: the back-forward cache, prerendering. And a page whose scripts cannot be had.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { CHROMIUM, FLAGS, visit } from './browser.mjs';
import { control, key, marksOf, saved, topicsOf } from './learner.mjs';
import { REFERENCE, build } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const site = await host(REFERENCE, '/repo/');
const { id, topics } = await topicsOf(site);
const [first] = topics.filter(({ url }) => url.startsWith('decorators/'));
const section = `${site.url}decorators/`;

test('fault 16: back from the back-forward cache, the page itself and not a new one', async () => {
  const browser = await chromium.launch({
    executablePath: CHROMIUM, args: FLAGS, ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  const tab = await browser.newPage();
  await tab.addInitScript(() => addEventListener('pageshow', ({ persisted }) => { window.persisted = persisted; }));
  await visit(tab, section);
  await tab.evaluate(() => { window.same = true; });
  await visit(tab, `${site.url}progress/`);
  await control(tab, first.id, 'mastered').check();
  await tab.evaluate(() => history.back());
  await tab.waitForURL(section, { waitUntil: 'commit' });
  await tab.waitForFunction(() => window.persisted);
  const found = await tab.evaluate((topic) => ({
    same: window.same,
    mark: document.querySelector(`[data-topic="${topic}"]`).dataset.mark,
    ticked: document.querySelector(`[data-topic="${topic}"] [data-set=mastered]`).checked,
    reasons: performance.getEntriesByType('navigation')[0].notRestoredReasons ?? null,
  }), first.id);
  assert.deepEqual(found, { same: true, mark: 'mastered', ticked: true, reasons: null });
  await browser.close();
});

/**
 * The site with a page that has another prerendered, marks a topic, and goes there; what is found
 * there is told by `report`. No debugger is attached: Chromium does not prerender under one.
 */
async function prerendering(script) {
  const folder = await build(REFERENCE, '/');
  const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml' };
  let tell;
  const told = new Promise((resolve) => { tell = resolve; });
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://host');
    if (pathname === '/report') {
      request.setEncoding('utf8').on('data', (text) => tell(JSON.parse(text)));
      return response.end();
    }
    response.setHeader('content-type', types[extname(pathname)] ?? 'text/html');
    if (pathname === '/start') return response.end(`<!doctype html><title>start</title><script>${script}</script>`);
    const path = join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    const bytes = await readFile(path).catch(() => undefined);
    if (!bytes) return response.writeHead(404).end();
    // Of the page only the policy is taken away, so that it can tell what it shows.
    response.end(extname(path) !== '.html' ? bytes : bytes.toString()
      .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
      .replace('</body>', `<script>(${watchActivation})(${JSON.stringify(first.id)})</script></body>`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const profile = await mkdtemp(join(tmpdir(), 'roadmap-site-prerender-'));
  const flags = FLAGS.filter((flag) => flag !== '--disable-background-networking');
  const browser = spawn(CHROMIUM, [...flags, `--user-data-dir=${profile}`, `http://127.0.0.1:${server.address().port}/start`], { stdio: 'ignore' });
  const report = await Promise.race([told, new Promise((resolve) => { setTimeout(resolve, 20_000); })]);
  browser.kill();
  await once(browser, 'exit');
  server.closeAllConnections();
  server.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  return report;
}

// Runs in the prerendered page.
function watchActivation(topic) {
  const mark = () => document.querySelector(`[data-topic="${topic}"]`).dataset.mark ?? 'none';
  const tell = (before) => setTimeout(() => fetch('/report', {
    method: 'POST',
    body: JSON.stringify({ prerendered: performance.getEntriesByType('navigation')[0].activationStart > 0, before, after: mark() }),
  }), 300);
  let before;
  if (!document.prerendering) return tell('not prerendered');
  addEventListener('load', () => setTimeout(() => { before = mark(); new BroadcastChannel('ready').postMessage(''); }, 300));
  document.addEventListener('prerenderingchange', () => tell(before));
}

test('fault 16: prerendered with the marks of then, activated with those of now', async () => {
  const report = await prerendering(`
    const rules = document.createElement('script');
    rules.type = 'speculationrules';
    rules.textContent = JSON.stringify({ prerender: [{ source: 'list', urls: ['/decorators/'], eagerness: 'immediate' }] });
    document.head.append(rules);
    const go = () => {
      localStorage.setItem(${JSON.stringify(key(id, first.id))}, ${JSON.stringify(saved('weak'))});
      location.href = '/decorators/';
    };
    new BroadcastChannel('ready').onmessage = go;
    setTimeout(go, 8000);
  `);
  assert.deepEqual(report, { prerendered: true, before: 'none', after: 'weak' });
});

test('fault 16: a discarded tab comes back with its marks', async () => {
  const tab = await open();
  await visit(tab, section);
  await control(tab, first.id, 'mastered').check();
  // What the browser does with a discarded tab: the page goes without a word, its address stays.
  await tab.goto('about:blank');
  await visit(tab, section);
  assert.equal(await control(tab, first.id, 'mastered').isChecked(), true);
  await tab.close();
});

/** What looks as if it worked, in a page whose scripts do not. */
const dead = (tab) => tab.locator('button:visible, input:visible, form:visible').evaluateAll((all) => (
  all.filter((element) => !element.hasAttribute('popovertarget')).map((element) => element.outerHTML.slice(0, 120))));

test('faults 17, 18: opened from a file, where no module may load: every word, no dead control', async () => {
  const folder = await build(REFERENCE);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const tab = await browser.newPage();
  for (const page of ['', 'decorators/', 'today/', 'progress/']) {
    await tab.goto(pathToFileURL(join(folder, page, 'index.html')).href);
    await tab.waitForFunction(() => document.documentElement.dataset.script === undefined);
    assert.deepEqual(await dead(tab), [], page);
    assert.ok((await tab.locator('main').innerText()).length > 40);
  }
  assert.match(await tab.locator('[data-plain]').innerText(), /从文件直接打开/);
  assert.equal(await tab.locator('.row a').count(), topics.length);
  await browser.close();
});

test('fault 17: a script that does not arrive leaves no dead control either', async () => {
  const tab = await open();
  await tab.route('**/js/store.js*', (route) => route.abort());
  await tab.goto(section);
  await tab.waitForFunction(() => document.documentElement.dataset.script === undefined);
  assert.deepEqual(await dead(tab), []);
  await tab.unroute('**/js/store.js*');
  await visit(tab, section);
  await control(tab, first.id, 'mastered').check();
  assert.deepEqual(await marksOf(tab, id), { [first.id]: 'mastered' });
  await tab.close();
});

test('a page that arrives in two parts, cut in the header: nothing moves', async () => {
  const server = createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url, site.origin));
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const cut = bytes.indexOf('<a class="tool"');
    if (cut < 0) return response.end(bytes);
    response.write(bytes.subarray(0, cut));
    setTimeout(() => response.end(bytes.subarray(cut)), 1000);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tab = await open();
  await visit(tab, `http://127.0.0.1:${server.address().port}/repo/progress/`);
  assert.deepEqual(tab.problems, []);
  await tab.close();
  server.closeAllConnections();
  server.close();
});
