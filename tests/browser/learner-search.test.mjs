// Search: what is typed and what comes first, on the index that the site ships; then the dialog.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pieces, prepare, search } from '../../themes/default/js/core/search.js';
import { settled, violations, visit } from './browser.mjs';
import { REFERENCE } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const site = await host(REFERENCE, '/repo/');
const entries = prepare(JSON.parse(await readFile(join(site.folder, 'search.json'), 'utf8')));
const first = (query) => search(entries, query)[0]?.url;

/** A query and the address expected first. */
const TABLE = [
  ['闭包', 'decorators/#closure'],
  ['闭', 'decorators/#closure'],
  ['Closure', 'decorators/#closure'],
  ['closu', 'decorators/#closure'],
  ['ＣＬＯＳＵＲＥ', 'decorators/#closure'],
  ['装饰器与闭包', 'decorators/'],
  ['装饰器', 'decorators/'],
  ['饰器与', 'decorators/'],
  ['带参数的装饰器', 'decorators/#decorator-arguments'],
  ['带参数', 'decorators/#decorator-arguments'],
  ['legb', 'basics/#legb'],
  ['LEGB', 'basics/#legb'],
  ['作用域', 'basics/#legb'],
  ['functools.wraps', 'decorators/#functools-wraps'],
  ['wraps', 'decorators/#functools-wraps'],
  ['co_freevars', 'basics/#legb'],
  ['freevars', 'basics/#legb'],
  ['make_counter', 'decorators/#closure'],
  ['defaultdict', 'data-structures/#defaultdict-counter'],
  ['Counter', 'data-structures/#defaultdict-counter'],
  ['heapq', 'data-structures/#heapq-bisect'],
  ['bisect', 'data-structures/#heapq-bisect'],
  ['切片', 'data-structures/#list-slicing'],
  ['生成器', 'functional/#generators'],
  ['yield', 'functional/#yield-from'],
  ['迭代器协议', 'functional/#iterator-protocol'],
  ['__iter__', 'functional/#iterator-protocol'],
  ['lambda', 'functional/#lambda'],
  ['匿名函数', 'functional/#lambda'],
  ['列表推导', 'basics/#list-comprehension'],
  ['comprehension', 'basics/#list-comprehension'],
  ['*args', 'basics/#star-args'],
  ['kwargs', 'basics/#star-args'],
  ['解包', 'basics/#unpacking'],
  ['哈希表', 'data-structures/#dict-hash-table'],
  ['字典 哈希', 'data-structures/#dict-hash-table'],
  ['哈希 字典', 'data-structures/#dict-hash-table'],
  ['元组 不可变', 'data-structures/#tuple-immutability'],
  ['装饰器 类', 'decorators/#class-decorator-singleton'],
  ['闭包与原理', 'decorators/#closure'],
  ['正则表达式进阶', 'data-structures/#regex-lookaround'],
  ['  闭包  ', 'decorators/#closure'],
  ['闭包 闭包', 'decorators/#closure'],
  ['闭包原理', 'decorators/#closure'],
  ['没有这样的词', null],
  ['qwertyuiop', null],
  ['闭包 qwertyuiop', null],
  ['', null],
  ['   ', null],
];

for (const [query, expected] of TABLE) {
  test(`search: ${query || 'nothing'}`, () => assert.equal(first(query), expected ?? undefined));
}

test('every topic is found first by its whole title, or is next to one of the same name', () => {
  const wrong = entries.filter(({ title, url }) => !search(entries, title).slice(0, 3).some((result) => result.url === url));
  assert.deepEqual(wrong.map(({ title }) => title), []);
});

test('hits are marked, whatever the width and case of what was typed', () => {
  assert.deepEqual(pieces('闭包（Closure）原理', 'ｃｌｏｓ 原理'), [
    { text: '闭包（', hit: false }, { text: 'Clos', hit: true }, { text: 'ure）', hit: false }, { text: '原理', hit: true },
  ]);
  assert.equal(pieces('<b>', 'b').map(({ text }) => text).join(''), '<b>');
});

test('a keystroke takes less than 16 ms on the whole site', () => {
  const slowest = [];
  for (const query of ['a', '的', '函数', 'python 函数 的', 'zzzzzz', '没有这样的词呀']) {
    const before = process.cpuUsage().user;
    for (let n = 0; n < 10; n += 1) search(entries, query);
    slowest.push((process.cpuUsage().user - before) / 10_000);
  }
  assert.ok(Math.max(...slowest) < 16, `${slowest} ms`);
});

test('the dialog: opens by key, finds while typing, arrows, Enter leads to the topic', async () => {
  const tab = await open();
  await visit(tab, site.url);
  assert.ok(!tab.requests.some((url) => url.includes('search.json')), 'fetched when first used');
  await tab.keyboard.press('Control+k');
  const input = tab.locator('dialog.search input');
  await input.waitFor();
  await tab.keyboard.type('闭包');
  await tab.locator('[role=option]').first().waitFor();
  assert.match(await tab.locator('[role=option]').first().innerText(), /闭包（Closure）原理/);
  assert.equal(await input.getAttribute('aria-activedescendant'), 'rs-result-0');
  await tab.keyboard.press('ArrowDown');
  assert.equal(await input.getAttribute('aria-activedescendant'), 'rs-result-1');
  await tab.keyboard.press('ArrowUp');
  await tab.keyboard.press('ArrowUp');
  assert.notEqual(await input.getAttribute('aria-activedescendant'), 'rs-result-0', 'round to the last');
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('Enter');
  await tab.waitForURL('**/decorators/#closure');
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('an input method\'s Enter chooses a word, no result', async () => {
  const tab = await open();
  await visit(tab, site.url);
  await tab.keyboard.press('/');
  await tab.locator('dialog.search input').waitFor();
  await tab.keyboard.type('闭包');
  await tab.locator('[role=option]').first().waitFor();
  await tab.evaluate(() => document.querySelector('dialog.search input').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true })));
  await settled(tab);
  assert.equal(tab.url(), site.url);
  await tab.keyboard.press('Escape');
  assert.equal(await tab.locator('dialog.search').isVisible(), false);
  await tab.close();
});

test('no result, no network: told in words; the next try works', async () => {
  const tab = await open();
  await tab.route('**/search.json*', (route) => route.abort());
  await visit(tab, `${site.url}decorators/`);
  await tab.locator('[data-search]').click();
  const status = tab.locator('dialog.search [role=status]');
  await tab.waitForFunction(() => /没有载入/.test(document.querySelector('dialog.search [role=status]')?.textContent));
  await tab.keyboard.press('Escape');
  await tab.unroute('**/search.json*');
  await tab.locator('[data-search]').click();
  await tab.locator('dialog.search input').waitFor();
  await tab.keyboard.type('没有这样的词');
  await tab.waitForFunction(() => /没有找到/.test(document.querySelector('dialog.search [role=status]')?.textContent));
  assert.ok(await status.isVisible());
  await tab.close();
});

for (const theme of ['light', 'dark']) {
  for (const width of [320, 1280]) {
    test(`the dialog with results, axe: ${theme} ${width}`, async () => {
      const tab = await open({ theme, width });
      await visit(tab, `${site.url}decorators/`);
      await tab.locator('[data-search]').click();
      await tab.locator('dialog.search input').fill('函数');
      await tab.locator('[role=option]').first().waitFor();
      await settled(tab);
      assert.deepEqual(await violations(tab), []);
      assert.deepEqual(tab.problems, []);
      await tab.close();
    });
  }
}
