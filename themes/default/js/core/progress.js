// @ts-check
// What is saved of one topic, as text and as a value, and what many of them add up to.
// Pure: no page, no storage, no clock.

/** @typedef {'mastered' | 'weak' | 'skipped' | 'none'} Mark */
/**
 * @typedef {object} Saved
 * @property {Mark} mark
 * @property {number} at when, in ms
 * @property {number} step on the ladder of `review.js`
 * @property {number} due when to ask again, in ms
 * @property {string} [hash] of the lesson then; unknown if it came by a share link
 */
/** @typedef {ReadonlyMap<string, Saved>} Marks by topic id */

export const VERSION = 1;
/** The order is part of the share link: `share.js`. */
export const MARKS = /** @type {const} */ (['none', 'mastered', 'weak', 'skipped']);
const AT_MAX = 8.64e15; // the last date there is

/** @param {unknown} value @returns {value is number} */
const isTime = (value) => typeof value === 'number' && value >= 0 && value <= AT_MAX;

/**
 * @param {any} value
 * @returns {Saved | undefined} undefined if it is no mark of this version
 */
export function toSaved(value) {
  if (typeof value !== 'object' || value === null || !MARKS.includes(value.mark)) return undefined;
  if (!isTime(value.at)) return undefined;
  const { mark, at, hash } = value;
  const step = Number.isInteger(value.step) && value.step > 0 ? value.step : 0;
  const saved = { mark, at, step, due: isTime(value.due) ? value.due : at };
  return typeof hash === 'string' ? { ...saved, hash } : saved;
}

/**
 * Reads what is saved under a topic's key.
 * @param {string} text
 * @returns {Saved | 'newer' | undefined} undefined if it cannot be read
 */
export function parseSaved(text) {
  try {
    const value = JSON.parse(text);
    if (typeof value?.v !== 'number') return undefined;
    if (value.v > VERSION) return 'newer';
    return value.v === VERSION ? toSaved(value) : undefined;
  } catch {
    return undefined;
  }
}

/** @param {Saved} saved */
export function formatSaved({ mark, at, step, due, hash }) {
  return JSON.stringify({ v: VERSION, mark, at, step, due, hash });
}

/**
 * @param {Iterable<string>} ids topics, each counted once
 * @param {Marks} marks
 */
export function tally(ids, marks) {
  const count = { mastered: 0, weak: 0, skipped: 0, none: 0 };
  for (const id of ids instanceof Set ? ids : new Set(ids)) count[marks.get(id)?.mark ?? 'none'] += 1;
  const all = count.mastered + count.weak + count.none;
  const share = all > 0 ? count.mastered / all : 0;
  return { ...count, all, share, percent: Math.floor(share * 100) };
}

/**
 * Whether the lesson is another than the one that was marked.
 * @param {Saved | undefined} saved
 * @param {string | undefined} hash
 */
export function hasChanged(saved, hash) {
  return Boolean(
    saved && saved.mark !== 'none' && saved.hash !== undefined && hash && saved.hash !== hash,
  );
}
