// @ts-check
// What a mark means for review, and when a topic is due. Pure: the time is an argument. The
// answers and the sitting, which few pages need, are in `sitting.js`.

/** @typedef {import('./progress.js').Saved} Saved */
/** @typedef {import('./progress.js').Marks} Marks */

export const DAY = 86_400_000;

/**
 * A mark set by hand. Mastered is provisional: asked again after a day. Weak is due at once.
 * @param {Saved | undefined} before
 * @param {Saved['mark']} mark
 * @param {number} now
 * @param {string} [hash]
 * @returns {Saved}
 */
export function mark(before, mark, now, hash) {
  const due = mark === 'mastered' ? now + DAY : now;
  return { mark, at: after(before, now), step: 0, due, hash };
}

/** Later than all before, even with the clock set back. @param {Saved | undefined} before @param {number} now */
export const after = (before, now) => Math.max(now, (before?.at ?? -1) + 1);

/** @param {Saved} saved */
export const isReviewed = ({ mark }) => mark === 'mastered' || mark === 'weak';

/** Due is due all day: the evening's mark can be reviewed the next morning. @param {Saved} saved @param {number} now */
export const isDue = (saved, now) => isReviewed(saved) && saved.due < dayEnd(now);

/** The midnight that ends the day, where the learner is. @param {number} now */
export function dayEnd(now, days = 1) {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

/** @param {Iterable<string>} ids @param {Marks} marks @param {number} now */
export function countDue(ids, marks, now) {
  const end = dayEnd(now);
  let due = 0;
  for (const id of ids) {
    const saved = marks.get(id);
    if (saved && isReviewed(saved) && saved.due < end) due += 1;
  }
  return due;
}
