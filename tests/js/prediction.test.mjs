import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareLines, overrule } from '../../themes/default/js/core/prediction.js';
import { forget, remember } from '../../themes/default/js/core/sitting.js';

const NOW = 1_764_000_000_000;
const DAY = 86_400_000;
const SIGN = { right: '=', wrong: '!', missing: '-', extra: '+' };
const signs = (...args) => compareLines(...args).map(({ kind }) => SIGN[kind]).join('');

/** What was typed, what is printed, and the verdict on each line. */
for (const [name, mine, real, expected, raises] of [
  ['all right', '1\n2', '1\n2', '=='],
  ['a wrong line', '1\n3', '1\n2', '=!'],
  ['a missing line does not make the next ones wrong', '1\n3\n4', '1\n2\n3\n4', '=-=='],
  ['a line too many does not either', '1\n9\n2\n3', '1\n2\n3', '=+=='],
  ['missing at the end', '1', '1\n2\n3', '=--'],
  ['too many at the end', '1\n2\n3', '1', '=++'],
  ['nothing right', 'a\nb', 'c', '!+'],
  ['nothing typed', '', 'a\nb', '--'],
  ['nothing printed, nothing predicted', '  \n', '', ''],
  ['nothing printed, something predicted', 'x', '', '+'],
  ['blank lines around are no lines', '\n1\n\n', '1\n', '='],
  ['a blank line between is one', '1\n2', '1\n\n2', '=-='],
  ['line ends of Windows', '1\r\n2\r', '1\n2', '=='],
  ['spaces beside signs', '[0,1 , 4]\n{ "a":1 }', '[0, 1, 4]\n{"a": 1}', '=='],
  ['spaces between words count', '78\na b', '7 8\nab', '!!'],
  ['indentation is not asked for', 'x = 1', '    x = 1', '='],
  ['full-width signs of an input method', '（１，２）\n“a”', '(1, 2)\n"a"', '=='],
  ['quotes are part of an output', '["a"]', "['a']", '!'],
  ['case is too', 'true', 'True', '!'],
  ['an exception by its name', 'ValueError', 'ValueError: invalid literal', '=', 'ValueError'],
  ['with another message', 'a\nValueError: 不是数字', 'a\nValueError: invalid literal', '==', 'ValueError'],
  ['in its module', 'JSONDecodeError', 'json.decoder.JSONDecodeError: Expecting value', '=', 'json.JSONDecodeError'],
  ['another exception', 'TypeError', 'ValueError: invalid literal', '!', 'ValueError'],
  ['only where it is raised', 'ValueError', 'ValueError: 只是一行文字', '!'],
]) {
  test(`prediction: ${name}`, () => assert.equal(signs(mine, real, raises), expected));
}

test('each line of both sides is in the comparison once, in order', () => {
  const letters = (seed) => Array.from({ length: 12 }, (_, n) => 'abc'[(seed * (n + 3) * 7 + n * n) % 3]);
  for (let seed = 0; seed < 50; seed += 1) {
    const [mine, real] = [letters(seed), letters(seed + 50)];
    const rows = compareLines(mine.join('\n'), real.join('\n'));
    assert.deepEqual(rows.flatMap((row) => row.mine ?? []), mine);
    assert.deepEqual(rows.flatMap((row) => row.real ?? []), real);
    for (const row of rows) if (row.kind === 'right') assert.equal(row.mine, row.real);
  }
});

test('a very long output is compared line against line, at once', () => {
  const long = Array.from({ length: 5000 }, (_, n) => `line ${n}`);
  const before = process.cpuUsage().user;
  const rows = compareLines(long.join('\n'), long.with(7, 'x').join('\n'));
  assert.ok((process.cpuUsage().user - before) / 1000 < 500);
  assert.deepEqual(rows.filter(({ kind }) => kind !== 'right').map(({ real }) => real), ['x']);
});

test('a slip is taken back: the ladder goes on from before the prediction', () => {
  const before = { mark: 'mastered', at: NOW - 8 * DAY, step: 2, due: NOW - DAY, hash: 'h' };
  const failed = forget(before, NOW, 'h');
  const again = overrule(before, failed, true, NOW + 5, 'h');
  assert.deepEqual([again.mark, again.step], ['mastered', remember(before, NOW, 'h').step]);
  assert.ok(again.at > failed.at);
  assert.deepEqual(overrule(undefined, failed, true, NOW, 'h').mark, 'mastered');
  assert.deepEqual(overrule(before, remember(before, NOW, 'h'), false, NOW, 'h').mark, 'weak');
});

test('a slip on a topic that is not due leaves the plan as it was', () => {
  const before = { mark: 'mastered', at: NOW - DAY, step: 3, due: NOW + 9 * DAY, hash: 'h' };
  const again = overrule(before, forget(before, NOW, 'h'), true, NOW + 5, 'h');
  assert.deepEqual({ ...again, at: 0 }, { ...before, at: 0 });
});
