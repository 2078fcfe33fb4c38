// The open page while its author writes: every save is in it, and the reader stays where they were.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { preview, project } from './preview.mjs';
import { stage } from './stage.mjs';
import { build } from './sites.mjs';

const { open } = await stage();
const TABS = 12;

const SITE = 'id = "preview"\ntitle = "Preview"\nbase_url = "https://example.org/repo/"\n';
const topic = (n, text) => `### Topic ${n} {#topic-${n}}\n\n${text}\n\n${'A line of the lesson.\n\n'.repeat(8)}`;
const QUESTION = '> [!question] Why?\n> Because.\n';
const section = (words) => `# Section\n\n## Level\n\n${topic(1, words)}${topic(2, QUESTION)}${topic(3, 'Three.')}${topic(4, 'Four.')}`;
const BROKEN = '# Section\n\n## Level\n\n### A {#one}\n\n### <script>alert(1)</script> {#one}\n';

async function author(files = {}) {
  const written = await project({
    'site.toml': SITE, 'content/01-a.md': section('The first words.'), 'content/02-b.md': '# B\n\n## L\n\n### T {#b}\n',
    ...files,
  });
  const server = await preview(written.root);
  after(async () => {
    await server.close();
    await written.close();
  });
  return { ...written, server, url: server.url };
}

async function visit(url, options) {
  const page = await open(options);
  await page.goto(url, { waitUntil: 'load' });
  await followed(page);
  // Gone after a reload.
  await page.evaluate(() => { globalThis.same = true; });
  return page;
}

/** Waits until the page is told of saves: it fetches itself once when it is. */
const followed = (page) => page.waitForFunction(() => performance.getEntriesByType('resource')
  .some(({ name, initiatorType }) => initiatorType === 'fetch' && new URL(name).pathname === location.pathname));
const shows = (page, words) => page.waitForFunction((text) => document.querySelector('main')?.textContent.includes(text), words);
const isSame = (page) => page.evaluate(() => globalThis.same === true);
const violations = (page) => page.problems.filter((problem) => /^(csp|error):/.test(problem));

test('a save is shown in place: scroll, open answers and focus stay', async () => {
  const { url, save } = await author();
  const page = await visit(`${url}a/`, { height: 400 });
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('main details')) details.open = true;
    document.querySelector('#topic-3').scrollIntoView();
    const heading = document.querySelector('#topic-3');
    (heading.querySelector('a') ?? document.querySelector('a[href="#topic-3"]')).focus({ preventScroll: true });
  });
  const place = () => page.evaluate(() => ({
    top: Math.round(document.querySelector('#topic-3').getBoundingClientRect().top),
    open: document.querySelectorAll('main details[open]').length,
    focus: document.activeElement.getAttribute('href'),
  }));
  const before = await place();
  assert.ok(before.open > 0, 'there is an answer to open');
  await page.evaluate(() => {
    globalThis.tops = new Set();
    const look = () => {
      globalThis.tops.add(Math.round(document.querySelector('#topic-3').getBoundingClientRect().top));
      requestAnimationFrame(look);
    };
    look();
  });
  await save('content/01-a.md', section('New words.\n\nAnd a paragraph more.\n\nAnd more.'));
  await shows(page, 'New words.');
  const { top, ...others } = await place();
  const tops = await page.evaluate(() => [...globalThis.tops]);
  assert.ok([top, ...tops].every((one) => Math.abs(one - before.top) <= 1), `from ${before.top} by ${tops} to ${top}`);
  assert.deepEqual(others, { open: before.open, focus: before.focus });
  assert.ok(await isSame(page));
  assert.deepEqual(violations(page), []);
});

test('marks are shown and taken on the new body, and once', async () => {
  const { url, save } = await author();
  const page = await visit(`${url}a/`);
  const mastered = (n) => page.locator(`#topic-${n} [data-set="mastered"]`);
  await mastered(1).click();
  for (const words of ['The second words.', 'The third words.', 'The fourth words.']) {
    await save('content/01-a.md', section(words));
    await shows(page, words);
    await page.waitForFunction(() => document.querySelector('#topic-1').dataset.mark === 'mastered');
  }
  await mastered(2).click();
  await page.waitForFunction(() => document.querySelector('#topic-2').dataset.mark === 'mastered');
  await mastered(2).click();
  await page.waitForFunction(() => document.querySelector('#topic-2').dataset.mark !== 'mastered');
  assert.equal(await page.locator('#topic-2 [data-set="mastered"]').count(), 1);
  assert.ok(await isSame(page));
  assert.deepEqual(violations(page), []);
});

test('a theme that cannot start again is loaded anew', async () => {
  const { url, save } = await author({ 'themes/default/js/main.js': '' });
  const page = await visit(`${url}a/`);
  await save('content/01-a.md', section('Words after a reload.'));
  await shows(page, 'Words after a reload.');
});

test('a stylesheet is exchanged without a reload', async () => {
  const css = (color) => `.main { outline: 3px solid ${color}; }\n`;
  const { url, save } = await author({ 'themes/default/css/zz.css': css('rgb(1, 2, 3)') });
  const page = await visit(`${url}a/`);
  const outlined = (color) => page.waitForFunction((wanted) => getComputedStyle(document.querySelector('main')).outlineColor === wanted, color);
  await outlined('rgb(1, 2, 3)');
  await page.evaluate(() => document.querySelector('main').setAttribute('data-kept', ''));
  await save('themes/default/css/zz.css', css('rgb(4, 5, 6)'));
  await outlined('rgb(4, 5, 6)');
  await page.waitForFunction(() => document.querySelectorAll('head > link[rel=stylesheet]').length
    === new Set([...document.querySelectorAll('head > link[rel=stylesheet]')].map((link) => link.href.split('?')[0])).size);
  assert.ok(await isSame(page));
  assert.equal(await page.locator('main[data-kept]').count(), 1, 'the body stays');
  assert.deepEqual(violations(page), []);
});

test('a mistake is told in the page, as text, and goes with the next good save', async () => {
  const { url, save } = await author();
  const page = await visit(`${url}a/`);
  let alerts = 0;
  page.on('dialog', (dialog) => {
    alerts += 1;
    dialog.dismiss();
  });
  for (const words of ['Mended once.', 'Mended twice.']) {
    await save('content/01-a.md', BROKEN);
    const told = page.locator('[data-live-problems] section');
    await told.waitFor();
    const text = await told.innerText();
    assert.match(text, /1 error: this is the last good page/);
    assert.match(text, /content\/01-a\.md:7:/);
    assert.match(text, /<script>alert\(1\)<\/script>/);
    assert.ok(await page.locator('#topic-1').count(), 'the last good page stays');
    await save('content/01-a.md', section(words));
    await shows(page, words);
    await told.waitFor({ state: 'detached' });
  }
  assert.equal(alerts, 0);
  assert.ok(await isSame(page));
  assert.deepEqual(violations(page), []);
});

test('a mistake is told after a moment: an editor may empty a file before it writes it', async () => {
  const { url, save } = await author();
  const page = await visit(`${url}a/`);
  await page.evaluate(() => {
    // What the tab that holds the stream tells the others, it has heard itself.
    const { pathname } = new URL('events', document.querySelector('script[data-version]').src);
    new BroadcastChannel(`roadmap-site/live/${pathname}`).onmessage = ({ data }) => {
      globalThis.heard ||= data.startsWith('{') && JSON.parse(data).problems.length > 0;
    };
  });
  // From here the page's timers run when they are told to.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 10_000);
  await save('content/01-a.md', '');
  await page.waitForFunction(() => globalThis.heard, undefined, { polling: 'raf' });
  const told = page.locator('[data-live-problems]');
  await page.clock.runFor(250);
  assert.equal(await told.count(), 0);
  await page.clock.runFor(250);
  assert.equal(await told.count(), 1);
  await page.clock.resume();
  await save('content/01-a.md', section('Written at last.'));
  await told.waitFor({ state: 'detached' });
});

test('a server that was started again is followed again', async () => {
  const { root, save, server } = await author();
  const page = await visit(`${server.url}a/`);
  await server.close();
  await save('content/01-a.md', section('Saved while nobody looked.'));
  const again = await preview(root, { port: server.port });
  after(() => again.close());
  await shows(page, 'Saved while nobody looked.');
  await save('content/01-a.md', section('Saved after that.'));
  await shows(page, 'Saved after that.');
  assert.ok(await isSame(page));
});

test('a page that is no more leads to the map', async () => {
  const { url, remove } = await author();
  const page = await visit(`${url}b/`);
  await remove('content/02-b.md');
  await page.waitForURL(url);
  assert.equal(await page.locator('body[data-page=map]').count(), 1);
});

test('twelve tabs are open and all follow', async () => {
  const { url, save } = await author();
  const first = await visit(`${url}a/`);
  const pages = [first];
  for (let tab = 1; tab < TABS; tab += 1) {
    const page = await first.context().newPage();
    await page.goto(`${url}a/`, { waitUntil: 'load' });
    pages.push(page);
  }
  await Promise.all(pages.map(followed));
  await save('content/01-a.md', section('In every tab.'));
  await Promise.all(pages.map((page) => shows(page, 'In every tab.')));
  // The one that listens for all is closed: another takes its place.
  await first.goto('about:blank');
  await save('content/01-a.md', section('In the others, too.'));
  await Promise.all(pages.slice(1).map((page) => shows(page, 'In the others, too.')));
});

test('what is built has nothing of this', async () => {
  const { root } = await author();
  const output = await build(root);
  const files = await readdir(output, { recursive: true });
  assert.deepEqual(files.filter((name) => name.includes('.live')), []);
  for (const name of files.filter((file) => file.endsWith('.html'))) {
    assert.doesNotMatch(await readFile(join(output, name), 'utf8'), /data-version|EventSource|localhost/);
  }
});
