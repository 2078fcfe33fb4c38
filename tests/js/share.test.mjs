import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MARKS } from '../../themes/default/js/core/progress.js';
import { DAY } from '../../themes/default/js/core/review.js';
import { decode, encode } from '../../themes/default/js/core/share.js';

const NOW = Date.UTC(2026, 10, 24, 12);
const position = (id) => Number(id.slice(1));
const ids = (count) => new Map(Array.from({ length: count }, (_, at) => [at, `t${at}`]));
const marks = (count, kind) => new Map(Array.from({ length: count }, (_, at) => [`t${at}`, { mark: kind(at), at: 1, step: 2, due: 3 }]));
const kinds = (all) => Object.fromEntries([...all].filter(([, { mark }]) => mark !== 'none').map(([id, { mark }]) => [id, mark]));

for (const count of [0, 1, 2, 3, 4, 5, 152, 153, 10_000]) {
  test(`${count} marks come back as they were`, () => {
    const all = marks(count, (at) => MARKS[(at * 7 + at % 5) % 4]);
    const { text, left } = encode(all, position, NOW);
    assert.match(text, /^[\w-]*$/);
    assert.equal(left, 0);
    assert.deepEqual(kinds(decode(text, ids(count))), kinds(all));
  });
}

test('153 topics make a link of less than 120 characters', () => {
  const { text } = encode(marks(153, () => 'skipped'), position, NOW);
  const link = `https://a-learner.github.io/python/progress/#m=${text}`;
  assert.ok(link.length < 120, `${text.length}, ${link.length}`);
});

test('what comes by a link is as old as the link, and due by its mark', () => {
  const { text } = encode(new Map([['t0', { mark: 'mastered' }], ['t1', { mark: 'weak' }]]), position, NOW);
  const read = decode(text, ids(2));
  assert.deepEqual(read.get('t0'), { mark: 'mastered', at: NOW, step: 0, due: NOW + DAY });
  assert.deepEqual(read.get('t1'), { mark: 'weak', at: NOW, step: 0, due: NOW });
});

test('a link of version 1 stays readable, also when the lock has grown', () => {
  // Never change this line: it is a link that a learner may have kept.
  const read = decode('AQHIn_BkhESX', ids(400));
  assert.deepEqual(read && kinds(read), { t1: 'mastered', t2: 'weak', t3: 'mastered', t5: 'mastered', t7: 'weak' });
});

test('a topic without a place in the lock is left out and counted', () => {
  const { text, left } = encode(new Map([['t0', { mark: 'weak' }], ['draft/x', { mark: 'weak' }]]), (id) => (id === 't0' ? 0 : null), NOW);
  assert.equal(left, 1);
  assert.deepEqual(kinds(decode(text, ids(1))), { t0: 'weak' });
});

test('half a link, a changed one, and anything else are refused', () => {
  const { text } = encode(marks(153, (at) => MARKS[at % 4]), position, NOW);
  for (let length = 0; length < text.length; length += 1) assert.equal(decode(text.slice(0, length), ids(153)), undefined, `${length}`);
  for (const wrong of ['', 'x', '%', '闭包', `A${text.slice(1, 20)}B${text.slice(21)}`, `${text}AAAA`]) assert.equal(decode(wrong, ids(153)), undefined, wrong);
});
