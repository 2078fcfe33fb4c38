import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSaved, hasChanged, parseSaved, tally } from '../../themes/default/js/core/progress.js';

const SAVED = { mark: 'mastered', at: 1_764_000_000_000, step: 0, due: 1_764_086_400_000, hash: '9f3a' };

test('the saved text is the one that is published, and reads back', () => {
  const text = '{"v":1,"mark":"mastered","at":1764000000000,"step":0,"due":1764086400000,"hash":"9f3a"}';
  assert.equal(formatSaved(SAVED), text);
  assert.deepEqual(parseSaved(text), SAVED);
});

for (const text of [
  '', '{', 'null', '[]', '"x"', '3', '{"items":1}', '{"v":1}', '{"v":"1","mark":"weak","at":1}', '{"v":0,"mark":"weak","at":1}',
  '{"v":1,"mark":"done","at":1}', '{"v":1,"mark":"weak"}', '{"v":1,"mark":"weak","at":"now"}', '{"v":1,"mark":"weak","at":-1}',
  '{"v":1,"mark":"weak","at":1e300}', '{"__proto__":{"v":1,"mark":"weak","at":1}}', '\ud800', 'x'.repeat(100_000),
]) {
  test(`cannot be read: ${text.slice(0, 50)}`, () => assert.equal(parseSaved(text), undefined));
}

test('a version from the future is told apart', () => {
  assert.equal(parseSaved('{"v":2,"mark":"learning","since":1}'), 'newer');
});

test('what is missing beside mark and time has a value', () => {
  assert.deepEqual(parseSaved('{"v":1,"mark":"weak","at":5}'), { mark: 'weak', at: 5, step: 0, due: 5 });
  assert.equal(parseSaved('{"v":1,"mark":"weak","at":5,"step":-3}').step, 0);
});

test('skipped topics count neither as done nor as all; an id counts once', () => {
  const marks = new Map([['a', { mark: 'mastered' }], ['b', { mark: 'skipped' }], ['c', { mark: 'weak' }], ['gone', { mark: 'mastered' }]]);
  const count = tally(['a', 'b', 'c', 'd', 'a'], marks);
  assert.deepEqual(count, { mastered: 1, weak: 1, skipped: 1, none: 1, all: 3, share: 1 / 3, percent: 33 });
});

test('nothing to do is nothing done; all but one is not yet 100 %', () => {
  assert.equal(tally([], new Map()).share, 0);
  const ids = Array.from({ length: 1000 }, (_, index) => String(index));
  const marks = new Map(ids.slice(1).map((id) => [id, { mark: 'mastered' }]));
  assert.equal(tally(ids, marks).percent, 99);
});

test('a lesson has changed if its hash was known and is another', () => {
  assert.equal(hasChanged(SAVED, '9f3a'), false);
  assert.equal(hasChanged(SAVED, '0000'), true);
  assert.equal(hasChanged({ ...SAVED, hash: '' }, '0000'), true, 'the lesson came after the mark');
  assert.equal(hasChanged({ ...SAVED, hash: undefined }, '0000'), false, 'came by a share link');
  assert.equal(hasChanged({ ...SAVED, mark: 'none' }, '0000'), false);
  assert.equal(hasChanged(SAVED, ''), false, 'the lesson is gone');
  assert.equal(hasChanged(undefined, '0000'), false);
});
