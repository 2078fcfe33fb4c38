// The faults that saved marks can meet, and what a learner sees of each, in a real browser. All of
// them, and where each is shown (js: `tests/js/store.test.mjs`, `transfer.test.mjs`):
//   1 storage refuses                here, js        12 a topic deleted, restored      learner-edits
//   2 full, by any name              here, js        13 an import that is none         learner-progress, js
//   3 filled by a sibling            here            14 export, clear, import          learner-progress, js
//   4 values that cannot be read     here, js        15 the browser is killed          here
//   5 keys removed behind the back   here, js        16 bfcache, prerender, discard    learner-lifecycle
//   6 two tabs, 1,000 toggles        learner-marks, js  17 no script                   learner-marks, -lifecycle
//   7 two tabs, one topic            learner-marks, js  18 file, frames, private       here, learner-lifecycle
//   8 an old release beside a new    here, js        19 keys of others                 here, js
//   9 another version's marks        here, js        20 garbage in a storage event     here, js
//  10 the clock set back             here            21 10,000 topics                  learner-speed, js
//  11 renamed, moved, split          learner-edits, learner-marks
import assert from 'node:assert/strict';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { CHROMIUM, FLAGS, settled, visit } from './browser.mjs';
import { control, key, marksOf, saved, seed, stored, topicsOf } from './learner.mjs';
import { REFERENCE } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const site = await host(REFERENCE, '/repo/');
const { id, topics } = await topicsOf(site);
const [first, second, third] = topics.filter(({ url }) => url.startsWith('decorators/'));
const section = `${site.url}decorators/`;

const REFUSED = 'Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } });';
const full = (name) => `Storage.prototype.setItem = function () { throw ${name === 'code' ? 'Object.assign(new Error(), { code: 1014 })' : `new DOMException("full", "${name}")`}; };`;

test('fault 1: storage is refused: the page reads, marks hold, one notice, no error', async () => {
  const tab = await open({ script: REFUSED });
  await visit(tab, section);
  assert.equal(await tab.locator('.notice').count(), 0, 'nothing to tell a reader');
  await control(tab, first.id, 'mastered').check();
  await tab.locator('.notice').waitFor();
  assert.match(await tab.locator('.notice').innerText(), /不允许保存/);
  await control(tab, second.id, 'weak').click();
  assert.equal(await tab.locator('.notice').count(), 1);
  assert.match(await tab.locator('.facts').innerText(), /掌握 1\/8 · 薄弱 1/);
  await tab.locator('[data-dismiss]').click();
  await control(tab, third.id, 'weak').click();
  await settled(tab);
  assert.equal(await tab.locator('.notice').count(), 0, 'told once');
  for (const page of ['', 'today/', 'progress/']) await visit(tab, site.url + page);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('fault 1: what is not saved can be exported from the notice', async () => {
  const tab = await open({ script: REFUSED });
  await visit(tab, section);
  await control(tab, first.id, 'mastered').check();
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.locator('[data-export-now]').click()]);
  const file = JSON.parse(await readFile(await download.path(), 'utf8'));
  assert.deepEqual(file.topics.map(({ id: topic, mark }) => [topic, mark]), [[first.id, 'mastered']]);
  await tab.close();
});

for (const name of ['QuotaExceededError', 'NS_ERROR_DOM_QUOTA_REACHED', 'code']) {
  test(`fault 2: full (${name}): stays as clicked, is told`, async () => {
    const tab = await open({ script: full(name) });
    await visit(tab, section);
    await control(tab, first.id, 'mastered').check();
    await tab.locator('.notice').waitFor();
    assert.match(await tab.locator('.notice').innerText(), /满了/);
    assert.equal(await control(tab, first.id, 'mastered').isChecked(), true);
    assert.deepEqual(tab.problems, []);
    await tab.close();
  });
}

test('fault 3: filled up by a sibling project: told, its keys stay, written as soon as there is room', async () => {
  const tab = await open();
  await visit(tab, section);
  await tab.evaluate(() => {
    let size = 2_621_440; // 5 MiB of UTF-16
    for (let n = 0; size >= 1;) {
      try {
        localStorage.setItem(`sibling-${n}`, 'x'.repeat(size));
        n += 1;
      } catch {
        size = Math.floor(size / 2);
      }
    }
  });
  const before = await tab.evaluate(() => localStorage.length);
  await control(tab, first.id, 'mastered').check();
  await tab.locator('.notice').waitFor();
  assert.equal(await tab.evaluate(() => localStorage.length), before);
  await tab.evaluate(() => localStorage.removeItem('sibling-0'));
  await control(tab, second.id, 'weak').click();
  assert.deepEqual(await marksOf(tab, id), { [first.id]: 'mastered', [second.id]: 'weak' });
  await tab.close();
});

test('fault 4: what cannot be read is kept aside, listed, and the page is usable', async () => {
  const raw = ['{', 'null', '[]', '"x"', '{"items":1}', '\ud83d', '{"__proto__":{"mark":"weak"}}', 'x'.repeat(100_000)];
  const items = Object.fromEntries(raw.map((text, index) => [key(id, topics[index].id), text]));
  const tab = await open({ script: seed(items) });
  await visit(tab, `${site.url}progress/`);
  const all = await stored(tab);
  raw.forEach((text, index) => assert.equal(all[`roadmap-site/${id}/corrupt/${topics[index].id}`], text));
  await tab.locator('[data-removed] li').nth(raw.length - 1).waitFor();
  assert.equal(await tab.locator('[data-removed] li').count(), raw.length);
  await control(tab, topics[0].id, 'mastered').check();
  assert.match((await stored(tab))[key(id, topics[0].id)], /"mastered"/);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('fault 5: keys removed behind the page\'s back come back with the next mark', async () => {
  const one = await open();
  await visit(one, section);
  await control(one, first.id, 'mastered').check();
  const two = await one.context().newPage();
  await visit(two, site.url);
  await two.evaluate(() => localStorage.clear());
  await control(one, second.id, 'weak').click();
  assert.deepEqual(await marksOf(one, id), { [first.id]: 'mastered', [second.id]: 'weak' });
  await one.close();
});

test('faults 8, 9: a mark of a newer version is read-only and told', async () => {
  const future = '{"v":2,"mark":"learning","log":[1,2]}';
  const tab = await open({ script: seed({ [key(id, first.id)]: future }) });
  await visit(tab, section);
  await control(tab, first.id, 'mastered').click();
  await tab.locator('.notice').waitFor();
  assert.match(await tab.locator('.notice').innerText(), /更新的版本/);
  assert.equal(await control(tab, first.id, 'mastered').isChecked(), false);
  assert.equal((await stored(tab))[key(id, first.id)], future);
  await tab.close();
});

test('fault 10: the clock set back a year: the new mark still wins', async () => {
  const tab = await open({ script: `${seed({ [key(id, first.id)]: saved('mastered', { at: Date.now() }) })} const now = Date.now; Date.now = () => now() - 365 * 86400000;` });
  await visit(tab, section);
  await control(tab, first.id, 'weak').click();
  await tab.reload();
  assert.equal((await marksOf(tab, id))[first.id], 'weak');
  await tab.close();
});

test('fault 15: the browser is killed right after a mark: old or new, never broken', async (context) => {
  const profile = await mkdtemp(join(tmpdir(), 'roadmap-site-profile-'));
  const start = () => chromium.launchPersistentContext(profile, { executablePath: CHROMIUM, args: FLAGS });
  const lost = [];
  for (const wait of [0, 100, 1000, 6000]) {
    const browser = await start();
    const tab = browser.pages()[0] ?? await browser.newPage();
    await visit(tab, section);
    const before = (await marksOf(tab, id))[first.id] ?? 'none';
    await control(tab, first.id, 'mastered').click();
    const after = (await marksOf(tab, id))[first.id];
    await tab.waitForTimeout(wait);
    const session = await browser.newCDPSession(tab).catch(() => undefined);
    // A crash of the whole browser: nothing is flushed on the way out.
    const whole = await browser.browser()?.newBrowserCDPSession?.().catch(() => undefined);
    await (whole ?? session)?.send('Browser.crash').catch(() => {});
    await browser.close().catch(() => {});
    const again = await start();
    const fresh = again.pages()[0] ?? await again.newPage();
    await visit(fresh, section);
    const now = (await marksOf(fresh, id))[first.id] ?? 'none';
    assert.ok([before, after].includes(now), `${wait} ms: ${before} → ${after}, found ${now}`);
    if (now !== after) lost.push(wait);
    await again.close();
  }
  context.diagnostic(`a mark was lost when the browser died after ${lost.join(', ') || 'no'} ms`);
  await rm(profile, { recursive: true, force: true });
});

test('fault 18: in a sandboxed frame, which may load no module: text, and no dead control', async () => {
  const tab = await open({ bypassCSP: true });
  await tab.goto(`${site.url}robots.txt`);
  await tab.setContent(`<iframe sandbox="allow-scripts" width="1200" height="800" src="${section}"></iframe>`);
  const frame = await (await tab.locator('iframe').elementHandle()).contentFrame();
  await frame.waitForFunction(() => document.querySelector('h1') && document.documentElement.dataset.script === undefined);
  assert.equal(await frame.locator('button:visible:not([popovertarget]), input:visible').count(), 0);
  assert.ok(await frame.locator('h1').innerText());
  await tab.close();
});

test('fault 18: in a frame of another site, whose storage is its own or refused, marks hold', async () => {
  for (const [name, script] of [['partitioned', ''], ['refused', REFUSED]]) {
    const tab = await open({ bypassCSP: true, script });
    await tab.goto(`${site.url.replace('127.0.0.1', 'localhost')}robots.txt`);
    await tab.setContent(`<iframe width="1200" height="800" src="${section}"></iframe>`);
    const box = tab.frameLocator('iframe').locator(`[data-topic="${first.id}"] [data-set="mastered"]`);
    await box.check();
    assert.equal(await box.isChecked(), true, name);
    if (name === 'refused') await tab.frameLocator('iframe').locator('.notice').waitFor();
    await tab.close();
  }
});

test('fault 18: a private window', async () => {
  const tab = await open();
  await visit(tab, section);
  await control(tab, first.id, 'mastered').check();
  await visit(tab, site.url);
  assert.match(await tab.locator('.station', { has: tab.locator('a[href="decorators/"]') }).innerText(), /掌握 1\/8/);
  await tab.close();
});

test('faults 19, 20: foreign keys are untouched, garbage from another tab is ignored', async () => {
  const foreign = { progress: '{"a":1}', theme: 'dark', 'roadmap-site/other/topic/closure': saved('weak') };
  const tab = await open({ script: seed(foreign) });
  await visit(tab, `${site.url}progress/`);
  await control(tab, first.id, 'mastered').check();
  await tab.evaluate(([name]) => {
    for (const newValue of ['', '{', 'null', '[]', null]) dispatchEvent(new StorageEvent('storage', { key: name, newValue }));
    dispatchEvent(new StorageEvent('storage', { key: 'theme', newValue: '{' }));
  }, [key(id, first.id)]);
  assert.equal(await control(tab, first.id, 'mastered').isChecked(), true);
  await tab.locator('[data-do=reset]').click();
  await tab.locator('dialog button[value=reset]').click();
  const { [`roadmap-site/${id}/reset`]: _, ...rest } = await stored(tab);
  assert.deepEqual(rest, foreign);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});
