// Marks: set in one place, shown in all, in other tabs too, by mouse and by keyboard.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled, visit, visitSlowly } from './browser.mjs';
import { DAY, control, key, marksOf, saved, seed, stored, topicsOf } from './learner.mjs';
import { FIXTURE, REFERENCE } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const site = await host(REFERENCE, '/repo/');
const { id, topics } = await topicsOf(site);
const [first, second] = topics.filter(({ url }) => url.startsWith('decorators/'));
const section = `${site.url}decorators/`;

test('a mark shows in the section, the sidebar, the contents, the header, and on the other pages', async () => {
  const tab = await open();
  await visit(tab, section);
  await control(tab, first.id, 'mastered').check();
  await control(tab, second.id, 'weak').click();
  for (const [topic, mark] of [[first, 'mastered'], [second, 'weak']]) {
    const shown = await tab.locator(`[data-topic="${topic.id}"], [data-mark-of="${topic.id}"]`).evaluateAll((all) => all.map(({ dataset }) => dataset.mark));
    assert.ok(shown.length >= 3, 'topic, sidebar, contents');
    assert.deepEqual([...new Set(shown)], [mark]);
  }
  assert.match(await tab.locator('.facts').innerText(), /掌握 1\/8 · 薄弱 1/);
  assert.equal(await tab.locator('.sections [aria-current] .count').innerText(), '1/8');
  assert.equal(await tab.locator('[data-today] .due').innerText(), '1', 'weak is due at once');

  await visit(tab, site.url);
  const station = tab.locator('.station', { has: tab.locator('a[href="decorators/"]') });
  assert.equal(await station.locator('.station-tally').innerText(), '掌握 1/8 · 薄弱 1');
  assert.ok(await station.locator('.ring').evaluate((ring) => Math.abs(ring.style.getPropertyValue('--progress') - 1 / 8) < 1e-9));

  await visit(tab, `${site.url}progress/`);
  assert.equal(await control(tab, first.id, 'mastered').isChecked(), true);
  assert.equal(await control(tab, second.id, 'weak').getAttribute('aria-pressed'), 'true');
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('marks exclude each other, and a second press takes them away without losing the key', async () => {
  const tab = await open();
  await visit(tab, section);
  const now = async () => (await marksOf(tab, id))[first.id];
  await control(tab, first.id, 'weak').click();
  await control(tab, first.id, 'mastered').click();
  assert.equal(await now(), 'mastered');
  await tab.locator(`[data-topic="${first.id}"] .more-marks summary`).click();
  await control(tab, first.id, 'skipped').click();
  assert.equal(await now(), 'skipped');
  assert.match(await tab.locator('.facts').innerText(), /掌握 0\/7/, 'skipped does not count');
  await tab.locator(`[data-topic="${first.id}"] .more-marks summary`).click();
  await control(tab, first.id, 'skipped').click();
  assert.equal(await now(), 'none');
  await tab.close();
});

test('what is saved is what the design says', async () => {
  const tab = await open();
  await visit(tab, section);
  const before = Date.now();
  await control(tab, first.id, 'mastered').check();
  const all = await stored(tab);
  const value = JSON.parse(all[key(id, first.id)]);
  assert.deepEqual(Object.keys(value), ['v', 'mark', 'at', 'step', 'due', 'hash']);
  assert.ok(value.at >= before && value.due === value.at + DAY && value.hash === first.hash && value.step === 0);
  assert.deepEqual(Object.keys(all), [key(id, first.id)]);
  await tab.close();
});

test('by keyboard alone: j, x, w, k, e, t, ?', async () => {
  const tab = await open();
  await visit(tab, section);
  const focused = (topic) => tab.waitForFunction((id) => document.activeElement.closest('[data-topic]')?.dataset.topic === id, topic.id);
  await tab.keyboard.press('j');
  await focused(first);
  await tab.keyboard.press('x');
  await tab.keyboard.press('j');
  await focused(second);
  await tab.keyboard.press('w');
  await tab.locator(`[data-topic="${second.id}"][data-mark]`).waitFor();
  assert.deepEqual(await marksOf(tab, id), { [first.id]: 'mastered', [second.id]: 'weak' });
  await tab.keyboard.press('k');
  await focused(first);
  await tab.keyboard.press('e');
  // Its first closed thing asks for a prediction: the second press shows what it is about.
  await tab.locator(`[data-topic="${first.id}"] textarea`).first().waitFor();
  await tab.keyboard.press('Escape');
  await tab.keyboard.press('e');
  await tab.locator(`[data-topic="${first.id}"] details[open]`).first().waitFor();
  await tab.keyboard.press('?');
  await tab.locator('dialog.keys').waitFor();
  await tab.keyboard.press('Escape');
  await tab.keyboard.press('t');
  await tab.waitForURL('**/today/');
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('no key of ours while typing or with a modifier', async () => {
  const tab = await open();
  await visit(tab, section);
  for (const keys of ['Control+x', 'Alt+w', 'Meta+j']) await tab.keyboard.press(keys);
  await tab.keyboard.press('/');
  await tab.locator('dialog.search input').waitFor();
  await tab.keyboard.type('xw?');
  assert.equal(await tab.locator('dialog.search input').inputValue(), 'xw?');
  assert.deepEqual(await stored(tab), {});
  await tab.close();
});

test('two tabs: a mark in one shows in the other at once', async () => {
  const one = await open();
  await visit(one, section);
  const two = await one.context().newPage();
  await visit(two, site.url);
  await control(one, first.id, 'mastered').check();
  const station = two.locator('.station', { has: two.locator('a[href="decorators/"]') }).locator('.station-tally');
  await two.waitForFunction((element) => element.textContent.includes('1/8'), await station.elementHandle(), { timeout: 300 });
  await visit(two, section);
  await control(two, first.id, 'weak').click();
  await one.waitForFunction((id) => document.querySelector(`[data-topic="${id}"]`).dataset.mark === 'weak', first.id, { timeout: 300 });
  assert.deepEqual(one.problems, []);
  await one.close();
});

test('two tabs, 1,000 interleaved toggles, none lost', async () => {
  const one = await open();
  await visit(one, `${site.url}progress/`);
  const two = await one.context().newPage();
  await visit(two, `${site.url}progress/`);
  const press = (tab, from, to) => tab.evaluate(([from, to]) => {
    const boxes = document.querySelectorAll('[data-topic] [data-set="mastered"], [data-topic] button[data-set="weak"]');
    for (let n = from; n < to; n += 1) boxes[(n * 7) % boxes.length].click();
  }, [from, to]);
  for (let n = 0; n < 1000; n += 20) await Promise.all([press(one, n, n + 10), press(two, n + 10, n + 20)]);
  const pressed = new Map();
  for (let n = 0; n < 1000; n += 1) pressed.set(Math.floor(((n * 7) % (topics.length * 2)) / 2), true);
  const all = await marksOf(one, id);
  assert.equal(Object.keys(all).length, pressed.size, 'every topic that was pressed is saved');
  // Two marks of one topic in the same millisecond take a message each way to settle.
  for (const tab of [one, two]) {
    await tab.waitForFunction((prefix) => [...document.querySelectorAll('.row[data-topic]')].every(({ dataset }) => {
      const text = localStorage.getItem(prefix + dataset.topic);
      return text === null || JSON.parse(text).mark === (dataset.mark ?? 'none');
    }), key(id, ''), { timeout: 5000 });
  }
  assert.deepEqual(await marksOf(one, id), await marksOf(two, id));
  await one.close();
});

test('back to a page from the cache: the current state', async () => {
  const tab = await open();
  await visit(tab, section);
  await visit(tab, `${site.url}progress/`);
  await control(tab, first.id, 'mastered').check();
  await tab.goBack();
  await settled(tab);
  assert.equal(await control(tab, first.id, 'mastered').isChecked(), true);
  await tab.close();
});

test('an old id hands its mark on, and its address leads to the new place', async () => {
  const fixture = await host(FIXTURE, '/');
  const { id: own } = await topicsOf(fixture);
  const tab = await open({ script: seed({ [key(own, 'old-links')]: saved('mastered') }) });
  await tab.goto(`${fixture.url}everything/#old-links`);
  await tab.waitForURL('**/everything/#links');
  assert.equal((await marksOf(tab, own)).links, 'mastered');
  assert.equal((await stored(tab))[key(own, 'old-links')], undefined);
  await tab.goto(`${fixture.url}long/#links`);
  await tab.waitForURL('**/everything/#links');
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('a lesson that changed since says so until it is seen', async () => {
  const tab = await open({ script: seed({ [key(id, first.id)]: saved('mastered', { hash: 'another' }), [key(id, second.id)]: saved('mastered', { hash: second.hash }) }) });
  await visit(tab, section);
  const note = (topic) => tab.locator(`[data-topic="${topic.id}"] [data-seen]`);
  assert.deepEqual([await note(first).isVisible(), await note(second).isVisible()], [true, false]);
  await note(first).click();
  assert.equal(await note(first).isVisible(), false);
  assert.equal(JSON.parse((await stored(tab))[key(id, first.id)]).hash, first.hash);
  await tab.close();
});

test('the map: the next thing to do', async () => {
  const tab = await open();
  await visit(tab, site.url);
  const next = tab.locator('[data-next]');
  assert.match(await next.innerText(), /从这里开始/);
  await visit(tab, `${section}#${second.id}`);
  await tab.waitForLoadState('networkidle'); // a reader stays until the page has all its scripts
  await visitSlowly(tab, site.url, async () => assert.equal(await next.innerText(), ''));
  assert.match(await next.innerText(), /继续/);
  assert.match(await next.getAttribute('href'), new RegExp(`decorators/#${second.id}$`));
  await visit(tab, section);
  await control(tab, first.id, 'weak').click();
  await visit(tab, site.url);
  assert.equal(await next.innerText(), '今日有 1 个要复习');
  await next.click();
  await tab.waitForURL('**/today/');
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('the map\'s filter is kept in the address', async () => {
  const tab = await open({ script: seed({ [key(id, first.id)]: saved('weak') }) });
  await visit(tab, site.url);
  await tab.locator('.filters label', { hasText: '薄弱' }).click();
  await tab.locator('.filters label', { hasText: '基础' }).click();
  assert.equal(new URL(tab.url()).search, `?mark=weak&level=${encodeURIComponent('基础')}`);
  assert.match(await tab.locator('[data-filter-result]').innerText(), /^1 个知识点/);
  await tab.reload();
  await settled(tab);
  assert.match(await tab.locator('[data-filter-result]').innerText(), /^1 个知识点/);
  assert.equal(await tab.locator('.station:not([data-out])').count(), 1);
  await tab.locator('[data-filter-result] a').click();
  await tab.waitForURL('**/progress/?mark=weak#rs-all');
  await tab.waitForFunction(() => document.querySelectorAll('.row:not([hidden])').length === 1);
  await tab.close();
});

test('without scripts: every word, no dead control', async () => {
  const tab = await open({ javaScriptEnabled: false });
  for (const page of ['', 'decorators/', 'today/', 'progress/']) {
    await tab.goto(site.url + page);
    const dead = await tab.locator('button:visible, input:visible, select:visible, form:visible').evaluateAll((all) => (
      all.filter((element) => !element.hasAttribute('popovertarget')).map((element) => element.outerHTML.slice(0, 120))));
    assert.deepEqual(dead, [], page);
  }
  await tab.goto(`${site.url}progress/`);
  assert.equal(await tab.locator('.row a').count(), topics.length);
  await tab.close();
});
