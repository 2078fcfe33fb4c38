import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { compare, formatFile, formatList, merge, parseFile } from '../../themes/default/js/core/transfer.js';
import { mark } from '../../themes/default/js/core/review.js';
import { openStore } from '../../themes/default/js/store.js';
import { FakeStorage } from './storage.mjs';

const NOW = Date.UTC(2026, 10, 24, 12);
const untitled = () => undefined;
const file = (changes) => JSON.stringify({ format: 'roadmap-site-progress', v: 1, site: 'py', topics: [], ...changes });
const topic = (id, changes) => ({ id, mark: 'weak', at: 5, step: 0, due: 5, ...changes });

test('version 1 stays importable, and is what is written today', async () => {
  const text = await readFile(new URL('files/progress-v1.json', import.meta.url), 'utf8');
  const { marks } = parseFile('py', text);
  assert.deepEqual([...marks.keys()], ['closure', 'gone', '装饰器/基础-装饰器']);
  assert.deepEqual(marks.get('closure'), { mark: 'mastered', at: 1764000000000, step: 2, due: 1764604800000, hash: '9f3a1b2c4d5e' });
  const titles = { closure: '闭包（Closure）原理', '装饰器/基础-装饰器': '基础装饰器' };
  assert.equal(formatFile('py', marks, (id) => titles[id], NOW), text);
});

test('export, clear, import: every byte as before', () => {
  const storage = new FakeStorage();
  const open = () => openStore({ site: 'py', area: () => storage });
  const store = open();
  for (let n = 0; n < 153; n += 1) store.change(`t${n}`, () => mark(undefined, ['mastered', 'weak', 'skipped', 'none'][n % 4], NOW + n, n % 5 ? `h${n}` : undefined));
  const before = storage.all();
  const text = formatFile('py', store.marks, untitled, NOW);
  storage.clear();
  const fresh = open();
  const { marks } = parseFile('py', text);
  fresh.replace(merge(fresh.marks, marks, compare(fresh.marks, marks, () => true), false));
  const after = storage.all();
  // What was never marked and what was un-ticked are the same to an empty browser.
  const ticked = Object.fromEntries(Object.entries(before).filter(([, saved]) => !saved.includes('"none"')));
  assert.deepEqual(after, ticked);
});

for (const [name, text, refusal] of [
  ['truncated', file({ topics: [topic('a')] }).slice(0, -3), 'not-readable'],
  ['empty', '', 'not-readable'],
  ['a page', '<!doctype html><p>hello', 'not-readable'],
  ['null', 'null', 'other-format'],
  ['another format', '{"format":"other","v":1,"site":"py","topics":[]}', 'other-format'],
  ['no topics', file({ topics: { a: 1 } }), 'other-format'],
  ['newer', file({ v: 2 }), 'newer'],
  ['another site', file({ site: 'go' }), 'other-site'],
  ['50 MB', 'x'.repeat(50_000_000), 'too-big'],
  ['100,000 topics', file({ topics: Array.from({ length: 100_000 }, (_, n) => topic(`t${n}`)) }), 'too-big'],
]) {
  test(`refused: ${name}`, () => assert.equal(parseFile('py', text).refusal, refusal));
}

test('of a readable file only whole entries are taken', () => {
  const topics = [topic('a'), topic(''), topic(3), topic('b c'), topic('d', { mark: 'done' }), topic('e', { at: 'now' }), null, 'x', topic('__proto__'), topic('<script>alert(1)</script>')];
  const { marks } = parseFile('py', file({ topics }));
  assert.deepEqual([...marks.keys()], ['a', '__proto__', '<script>alert(1)</script>']);
  assert.equal({}.mark, undefined);
});

test('the comparison: new, newer there, newer here, unknown; what is the same is not told', () => {
  const saved = (kind, at, hash = 'h') => ({ mark: kind, at, step: 0, due: at, hash });
  const marks = new Map([['same', saved('weak', 5)], ['older', saved('weak', 5)], ['newer', saved('weak', 9)], ['linked', saved('mastered', 5)]]);
  const incoming = new Map([
    ['same', saved('weak', 5)], ['older', saved('mastered', 7)], ['newer', saved('mastered', 7)], ['added', saved('weak', 1)],
    ['nothing', saved('none', 1)], ['gone', saved('weak', 1)], ['linked', { ...saved('mastered', 8), hash: undefined }],
  ]);
  const found = compare(marks, incoming, (id) => id !== 'gone');
  assert.deepEqual(found, { added: ['added', 'gone'], changed: ['older'], kept: ['newer'], unknown: ['gone'] });
  assert.deepEqual(merge(marks, incoming, found, false).map(([id]) => id), ['added', 'gone', 'older']);
  const all = new Map(merge(marks, incoming, found, true));
  assert.deepEqual(all.get('newer'), { ...saved('mastered', 7), at: 10 }, 'wins, and is the newest');
});

test('the list is Markdown', () => {
  const sections = [{ title: '一', topics: [{ id: 'a', title: '甲' }, { id: 'b', title: '乙' }] }, { title: '二', topics: [{ id: 'c', title: '丙' }] }];
  const marks = new Map([['a', { mark: 'mastered' }], ['b', { mark: 'weak' }], ['c', { mark: 'skipped' }]]);
  assert.equal(formatList(sections, marks, { weak: '薄弱', skipped: '跳过' }), '## 一\n\n- [x] 甲\n- [ ] 乙 — 薄弱\n\n## 二\n\n- [ ] 丙 — 跳过\n');
});
