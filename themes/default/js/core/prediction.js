// @ts-check
// A typed prediction beside the real output, line by line. What a hand leaves out is no mistake:
// spaces beside punctuation, full-width signs, an exception's message. Pure.
import { after } from './review.js';
import { forget, remember } from './sitting.js';

/** @typedef {import('./progress.js').Saved} Saved */
/** @typedef {{ kind: 'right' | 'wrong' | 'missing' | 'extra', real?: string, mine?: string }} Row */

/** Above this many pairs of lines no best match is looked for: line stands against line. */
const PAIRS_MAX = 1_000_000;

/**
 * @param {string} prediction
 * @param {string} output
 * @param {string} [raises] the exception that the output ends in, with or without its message
 * @returns {Row[]} in the order of the output
 */
export function compareLines(prediction, output, raises) {
  const [mine, real] = [linesOf(prediction), linesOf(output)];
  const [ours, theirs] = [mine.map(fold), real.map(fold)];
  const error = raises && real.findLastIndex((line) => nameOf(line) === nameOf(raises));
  const same = (/** @type {number} */ i, /** @type {number} */ j) =>
    ours[i] === theirs[j] || (j === error && nameOf(mine[i]) === nameOf(real[j]));

  /** @type {Row[]} */
  const rows = [];
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...matches(mine.length, real.length, same), [mine.length, real.length]]) {
    for (; i < nextI && j < nextJ; i += 1, j += 1)
      rows.push({ kind: same(i, j) ? 'right' : 'wrong', real: real[j], mine: mine[i] });
    for (; j < nextJ; j += 1) rows.push({ kind: 'missing', real: real[j] });
    for (; i < nextI; i += 1) rows.push({ kind: 'extra', mine: mine[i] });
    if (nextJ === real.length) break;
    rows.push({ kind: 'right', real: real[nextJ], mine: mine[nextI] });
    [i, j] = [nextI + 1, nextJ + 1];
  }
  return rows;
}

/**
 * The learner's own verdict in place of the comparison's, judged from what was saved before it.
 * @param {Saved | undefined} before
 * @param {Saved | undefined} now what the comparison has made of it
 * @param {boolean} remembered
 * @param {number} time
 * @param {string} [hash]
 * @returns {Saved}
 */
export function overrule(before, now, remembered, time, hash) {
  const judged = (remembered ? remember : forget)(before, time, hash) ?? before;
  return { .../** @type {Saved} */ (judged), at: after(now, time) };
}

/** @param {string} text */
function linesOf(text) {
  const lines = text.replace(/\r\n?/g, '\n').split('\n').map((line) => line.trimEnd());
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  while (lines.length > 0 && lines[0] === '') lines.shift();
  return lines;
}

/** A space between two words counts, one beside a sign does not: `[0,1]` is `[0, 1]`. @param {string} line */
function fold(line) {
  const plain = line.normalize('NFKC').replace(/[“”]/g, '"').replace(/[‘’]/g, "'");
  return plain.replace(/\s+/g, ' ').replace(/ ?([^\p{L}\p{N}_]) ?/gu, '$1').trim();
}

/** `json.JSONDecodeError: Expecting value` has the name `JSONDecodeError`. @param {string} line */
const nameOf = (line) => /^\s*(?:\w+\.)*(\w+)\s*(?:[:：]|$)/.exec(line)?.[1];

/**
 * The longest row of pairs that are the same, in the order of both sides.
 * @param {number} height @param {number} width
 * @param {(i: number, j: number) => unknown} same
 * @returns {[number, number][]}
 */
function matches(height, width, same) {
  if (height * width > PAIRS_MAX) return [];
  const longest = Array.from({ length: height + 1 }, () => new Uint32Array(width + 1));
  for (let i = height - 1; i >= 0; i -= 1) {
    for (let j = width - 1; j >= 0; j -= 1) {
      longest[i][j] = same(i, j)
        ? longest[i + 1][j + 1] + 1
        : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  /** @type {[number, number][]} */
  const found = [];
  for (let i = 0, j = 0; i < height && j < width; ) {
    if (same(i, j)) found.push([i++, j++]);
    else if (longest[i + 1][j] >= longest[i][j + 1]) i += 1;
    else j += 1;
  }
  return found;
}
