import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, countDue, dayEnd, isDue, mark } from '../../themes/default/js/core/review.js';
import { STEPS, forget, mix, nextReview, remember, sitting } from '../../themes/default/js/core/sitting.js';

const NOW = new Date(2026, 10, 24, 12).getTime();

test('mastered is provisional: asked again after a day, from the morning on', () => {
  const saved = mark(undefined, 'mastered', NOW, 'h');
  assert.deepEqual(saved, { mark: 'mastered', at: NOW, step: 0, due: NOW + DAY, hash: 'h' });
  assert.equal(isDue(saved, NOW), false);
  assert.equal(isDue(saved, dayEnd(NOW) - 1), false);
  assert.equal(isDue(saved, dayEnd(NOW)), true);
});

test('weak is due at once, skipped and none never', () => {
  assert.equal(isDue(mark(undefined, 'weak', NOW), NOW), true);
  for (const kind of ['skipped', 'none']) assert.equal(isDue(mark(undefined, kind, NOW), NOW + 1000 * DAY), false);
});

test('remembered on its day each time, a topic climbs the whole ladder and stays on top', () => {
  let saved = mark(undefined, 'mastered', NOW);
  const days = [];
  for (let round = 0; round < 7; round += 1) {
    const now = saved.due;
    saved = remember(saved, now);
    days.push((saved.due - now) / DAY);
  }
  assert.deepEqual(days, [...STEPS.slice(1), 90, 90]);
});

test('forgotten is weak, at the foot of the ladder, due tomorrow', () => {
  const high = { mark: 'mastered', at: NOW - 40 * DAY, step: 4, due: NOW };
  assert.deepEqual(forget(high, NOW, 'h'), { mark: 'weak', at: NOW, step: 0, due: NOW + DAY, hash: 'h' });
});

test('an answer before its day changes nothing', () => {
  assert.equal(remember(mark(undefined, 'mastered', NOW), NOW + 1), undefined);
  assert.equal(remember(forget(undefined, NOW), NOW + 1), undefined);
});

test('a weak topic remembered the same day is mastered but does not climb', () => {
  const saved = remember(mark(undefined, 'weak', NOW), NOW + 60_000);
  assert.deepEqual([saved.mark, saved.step, saved.due], ['mastered', 0, NOW + 60_000 + DAY]);
});

test('three questions of one lesson: one forgotten makes it weak, in any order', () => {
  for (const order of ['frr', 'rfr', 'rrf']) {
    let saved;
    [...order].forEach((answer, index) => {
      saved = (answer === 'r' ? remember : forget)(saved, NOW + index * 1000) ?? saved;
    });
    assert.equal(saved.mark, 'weak', order);
  }
});

test('with the clock set back a year the new mark is still the newest', () => {
  const saved = mark(undefined, 'mastered', NOW);
  assert.equal(mark(saved, 'weak', NOW - 365 * DAY).at, NOW + 1);
  assert.equal(forget(saved, NOW - 365 * DAY).at, NOW + 1);
});

test('a sitting: due first, then weak, neighbours from different sections', () => {
  const places = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'x'].map((id) => ({ id, section: id[0] }));
  const marks = new Map([
    ...['a1', 'a2', 'b1'].map((id, index) => [id, { mark: 'mastered', at: 0, step: 0, due: NOW - index * DAY }]),
    ...['a3', 'b2', 'c1'].map((id) => [id, { mark: 'weak', at: 0, step: 0, due: NOW }]),
  ]);
  const asked = sitting(places, marks, NOW).map(({ id }) => id);
  assert.deepEqual(asked.slice(0, 3).sort(), ['a1', 'a2', 'b1']);
  assert.deepEqual(asked.slice(3).sort(), ['a3', 'b2', 'c1']);
  assert.deepEqual(asked.slice(0, 3).map((id) => id[0]), ['a', 'b', 'a']);
  assert.equal(countDue(places.map(({ id }) => id), marks, NOW), 6);
});

test('mixing keeps every topic, whatever the sections are', () => {
  for (const sections of ['', 'a', 'aaaa', 'aaab', 'aabbcc', 'abcabcaaa']) {
    const places = [...sections].map((section, index) => ({ id: String(index), section }));
    const mixed = mix(places);
    assert.deepEqual(new Set(mixed), new Set(places));
    assert.equal(mixed.length, places.length);
  }
  const neighbours = mix([...'aabbcc'].map((section, index) => ({ id: String(index), section })));
  neighbours.slice(1).forEach((place, index) => assert.notEqual(place.section, neighbours[index].section));
});

test('what comes next, and how much', () => {
  const marks = new Map([['a', mark(undefined, 'mastered', NOW)], ['b', mark(undefined, 'mastered', NOW + 1)], ['c', mark(undefined, 'skipped', NOW)]]);
  assert.deepEqual(nextReview(['a', 'b', 'c', 'd'], marks, NOW), { at: NOW + DAY, count: 2 });
  assert.equal(nextReview(['c', 'd'], marks, NOW), undefined);
});
