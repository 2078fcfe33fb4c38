// 进度: out to a file, a list or a link, and in again; nothing merged unseen, nothing lost.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { settled, visit } from './browser.mjs';
import { DAY, control, key, marksOf, saved, seed, stored, topicsOf } from './learner.mjs';
import { REFERENCE } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const site = await host(REFERENCE, '/repo/');
const { id, topics } = await topicsOf(site);
const progress = `${site.url}progress/`;
const KINDS = ['mastered', 'weak', 'skipped'];
const items = Object.fromEntries(topics.map((topic, n) => [key(id, topic.id), saved(KINDS[n % 3], { hash: topic.hash, step: n % 5 })]));

/** The page's own script is loaded after the page. */
const ready = (tab) => tab.waitForFunction(() => document.querySelector('[data-last-export]').textContent !== '');

async function exported(tab) {
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.locator('[data-do=export]').click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

async function choose(tab, text, name = 'progress.json') {
  await ready(tab);
  await tab.locator('[data-file-input]').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
}

const only = (all) => Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith(key(id, ''))));

test('export, reset, import: every byte as before', async () => {
  const tab = await open({ script: seed(items) });
  await visit(tab, progress);
  const before = only(await stored(tab));
  const { name, text } = await exported(tab);
  assert.match(name, /^python-mastery-\d{4}-\d\d-\d\d\.json$/);
  assert.match(await tab.locator('[data-last-export]').innerText(), /上次导出/);
  await tab.locator('[data-do=reset]').click();
  await tab.locator('dialog button[value=reset]').click();
  assert.deepEqual(only(await stored(tab)), {});
  await choose(tab, text);
  await tab.locator('[data-comparison]').waitFor();
  assert.match(await tab.locator('[data-counts]').innerText(), /新增 153 个/);
  assert.deepEqual(only(await stored(tab)), {}, 'nothing merged unseen');
  await tab.locator('[data-answer=merge]').click();
  assert.deepEqual(only(await stored(tab)), before);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('a reset can be undone, and offers the export first', async () => {
  const tab = await open({ script: seed(items) });
  await visit(tab, progress);
  const before = only(await stored(tab));
  await tab.locator('[data-do=reset]').click();
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.locator('dialog button[value=export]').click()]);
  assert.ok(await download.path());
  await tab.locator('dialog button[value=reset]').click();
  await tab.locator('[data-undo]').click();
  assert.deepEqual(only(await stored(tab)), before);
  await tab.close();
});

test('a share link: under 120 characters, shows a comparison, and gives the same marks', async () => {
  const one = await open({ script: seed(items) });
  await visit(one, progress);
  await one.locator('[data-do=share]').click();
  const field = one.locator('[data-share-link]');
  await field.waitFor();
  const link = await field.inputValue();
  assert.ok(link.replace(site.url, 'https://a-learner.github.io/python/').length < 120, link);
  const marks = await marksOf(one, id);
  await one.close();

  const two = await open();
  await two.goto(link);
  await two.locator('[data-comparison]').waitFor();
  assert.match(await two.locator('[data-comparison]').innerText(), /链接里的标记/);
  assert.deepEqual(await marksOf(two, id), {});
  assert.equal(new URL(two.url()).hash, '', 'a reload does not ask again');
  await two.locator('[data-answer=merge]').click();
  assert.deepEqual(await marksOf(two, id), marks);
  await two.locator('[data-undo]').click();
  assert.deepEqual([...new Set(Object.values(await marksOf(two, id)))], ['none']);
  assert.deepEqual(two.problems, []);
  await two.close();
});

test('half a link is refused, in words', async () => {
  const tab = await open();
  await visit(tab, `${progress}#m=AQHIn_Bk`);
  await tab.locator('[data-outcome]').waitFor();
  assert.match(await tab.locator('[data-outcome]').innerText(), /不完整/);
  await tab.close();
});

test('import: the newer wins, or all of the file', async () => {
  const [a, b, c] = topics;
  const at = Date.now() - DAY;
  const file = { format: 'roadmap-site-progress', v: 1, site: id, topics: [
    { id: a.id, mark: 'mastered', at: at + 9, step: 0, due: at }, { id: b.id, mark: 'mastered', at: at - 9, step: 0, due: at },
    { id: c.id, mark: 'weak', at, step: 0, due: at }, { id: 'long-gone', mark: 'weak', at, step: 0, due: at },
  ] };
  const mine = { [key(id, a.id)]: saved('weak', { at }), [key(id, b.id)]: saved('weak', { at }) };
  for (const [answer, expected] of [['merge', 'weak'], ['replace', 'mastered']]) {
    const tab = await open({ script: seed(mine) });
    await visit(tab, progress);
    await choose(tab, JSON.stringify(file));
    await tab.locator('[data-comparison]').waitFor();
    const counts = await tab.locator('[data-counts]').innerText();
    for (const line of [/新增 2 个/, /更新 1 个/, /1 个这里的更新，保留不变/, /1 个不在现在的路线图里/]) assert.match(counts, line);
    await tab.locator(`[data-answer=${answer}]`).click();
    assert.deepEqual(await marksOf(tab, id), { [a.id]: 'mastered', [b.id]: expected, [c.id]: 'weak', 'long-gone': 'weak' });
    assert.match(await tab.locator('[data-removed]').innerText(), /long-gone/);
    await tab.locator('[data-undo]').click();
    const undone = await marksOf(tab, id);
    assert.deepEqual([undone[a.id], undone[b.id], undone[c.id]], ['weak', 'weak', 'none']);
    await tab.close();
  }
});

for (const [name, text, said] of [
  ['truncated', '{"format":"roadmap-site-progress","v":1,"site":"python-mastery","topics":[{', /读不出来/],
  ['a page', '<!doctype html><script>window.hacked = 1</script>', /读不出来/],
  ['another format', '{"a":1}', /不是本站导出/],
  ['newer', '{"format":"roadmap-site-progress","v":9,"site":"python-mastery","topics":[]}', /更新的版本/],
  ['another site', '{"format":"roadmap-site-progress","v":1,"site":"<b>go</b>","topics":[]}', /属于另一个网站（<b>go<\/b>）/],
  ['9 MB', 'x'.repeat(9_000_000), /太大/],
]) {
  test(`import refused: ${name}`, async () => {
    const tab = await open({ script: seed(items) });
    await visit(tab, progress);
    const before = await stored(tab);
    await choose(tab, text);
    await tab.locator('[data-outcome]').waitFor();
    assert.match(await tab.locator('[data-outcome]').innerText(), said);
    assert.deepEqual(await stored(tab), before);
    assert.equal(await tab.evaluate(() => window.hacked), undefined);
    assert.deepEqual(tab.problems, []);
    await tab.close();
  });
}

test('import refused: 50 MB, without reading it', async () => {
  const tab = await open({ script: seed(items) });
  await visit(tab, progress);
  await ready(tab);
  const folder = await mkdtemp(join(tmpdir(), 'roadmap-site-import-'));
  const path = join(folder, 'huge.json');
  await writeFile(path, '');
  await truncate(path, 50_000_000);
  const before = await stored(tab);
  await tab.locator('[data-file-input]').setInputFiles(path);
  await tab.locator('[data-outcome]').waitFor();
  assert.match(await tab.locator('[data-outcome]').innerText(), /太大/);
  assert.deepEqual(await stored(tab), before);
  await tab.close();
  await rm(folder, { recursive: true });
});

test('ids and titles with markup in them are text', async () => {
  const topics_ = [{ id: '<img/src=x/onerror=hacked=1>', mark: 'weak', at: 5, step: 0, due: 5 }, { id: '__proto__', mark: 'weak', at: 5, step: 0, due: 5 }];
  const tab = await open();
  await visit(tab, progress);
  await choose(tab, JSON.stringify({ format: 'roadmap-site-progress', v: 1, site: id, topics: topics_ }));
  await tab.locator('[data-answer=merge]').click();
  await settled(tab);
  assert.match(await tab.locator('[data-removed]').innerText(), /<img/);
  assert.equal(await tab.evaluate(() => window.hacked ?? {}.mark), undefined);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('the list: Markdown, a section a heading', async () => {
  const tab = await open({ script: seed(items) });
  await visit(tab, progress);
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.locator('[data-do=list]').click()]);
  const text = await readFile(await download.path(), 'utf8');
  assert.equal(text.match(/^- \[x\] /gm).length, 51);
  assert.equal(text.match(/^- \[ \] .* — 薄弱$/gm).length, 51);
  assert.equal(text.match(/^## /gm).length, 17);
  await tab.close();
});

test('totals, filters, and the reminder to export', async () => {
  const changed = { ...items, [key(id, topics[0].id)]: saved('mastered', { hash: 'another' }) };
  const tab = await open({ script: seed(changed) });
  await visit(tab, progress);
  assert.match(await tab.locator('[data-last-export]:not(:empty)').innerText(), /已有 153 个标记，还没有导出过/);
  const numbers = await tab.locator('[data-totals] td').allInnerTexts();
  assert.equal(numbers.map(Number).reduce((sum, number) => sum + number), 153);
  for (const [mark, count] of [['weak', 51], ['mastered', 51], ['none', 0], ['changed', 1]]) {
    await tab.locator(`[data-list-filter] label:has([value="${mark}"])`).click();
    assert.equal(await tab.locator('.row:not([hidden])').count(), count, mark);
  }
  assert.equal(new URL(tab.url()).search, '?mark=changed');
  await tab.locator('[data-list-filter] label:has([value=weak])').click();
  await control(tab, topics[1].id, 'mastered').check();
  assert.equal(await tab.locator('.row:not([hidden])').count(), 51, 'no row jumps away under the pointer');
  assert.deepEqual(tab.problems, []);
  await tab.close();
});
