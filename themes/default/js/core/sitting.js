// @ts-check
// What an answer does to a topic, and what makes a sitting. Pure: the time is an argument.
// The ladder: spaced retrieval beats re-reading (Latimier 2021, g = 0.74), the exact spacing
// matters little (g = 0.03), so six fixed steps do.
import { DAY, after, dayEnd, isDue, isReviewed, mark } from './review.js';

/** @typedef {import('./progress.js').Saved} Saved */
/** @typedef {import('./progress.js').Marks} Marks */
/** @typedef {{ id: string, section: string }} Place a topic and where it stands */

export const STEPS = [1, 3, 7, 16, 35, 90];
/** An answer given sooner after the last one says little about memory. */
const SPACED = DAY / 2;
/** About a quarter of an hour. */
export const SITTING = 12;

/**
 * 记得: one step up, if a day has passed. Undefined if it is not due: an answer with the lesson
 * just read is no evidence, so nothing changes.
 * @param {Saved | undefined} before
 * @param {number} now
 * @param {string} [hash]
 * @returns {Saved | undefined}
 */
export function remember(before, now, hash) {
  if (!before || !isReviewed(before)) return mark(before, 'mastered', now, hash);
  if (!isDue(before, now)) return undefined;
  const climbs = now - before.at >= SPACED ? 1 : 0;
  const step = Math.min(before.step + climbs, STEPS.length - 1);
  return { mark: 'mastered', at: after(before, now), step, due: now + STEPS[step] * DAY, hash };
}

/**
 * 忘了: weak, at the foot of the ladder, asked again tomorrow.
 * @param {Saved | undefined} before
 * @param {number} now
 * @param {string} [hash]
 * @returns {Saved}
 */
export function forget(before, now, hash) {
  return { mark: 'weak', at: after(before, now), step: 0, due: now + DAY, hash };
}

/**
 * What to ask today: what is due, longest overdue first, then what is weak; neighbours from
 * different sections where there is a choice.
 * @param {Place[]} places all topics
 * @param {Marks} marks
 * @param {number} now
 * @returns {Place[]}
 */
export function sitting(places, marks, now) {
  const due = (/** @type {Place} */ { id }) => marks.get(id)?.due ?? 0;
  const ready = places
    .filter(({ id }) => {
      const saved = marks.get(id);
      return saved && isDue(saved, now);
    })
    .sort((one, other) => due(one) - due(other));
  const isWeak = (/** @type {Place} */ { id }) => marks.get(id)?.mark === 'weak';
  return [...mix(ready.filter((place) => !isWeak(place))), ...mix(ready.filter(isWeak))];
}

/**
 * The same places, each time from the section with most left that is not the last one's.
 * @param {Place[]} places
 */
export function mix(places) {
  /** @type {Map<string, Place[]>} */
  const sections = new Map();
  for (const place of places) {
    const queue = sections.get(place.section) ?? [];
    sections.set(place.section, queue);
    queue.push(place);
  }
  /** @type {Place[]} */
  const mixed = [];
  let last = '';
  while (mixed.length < places.length) {
    const others = [...sections.values()].filter(
      (queue) => queue.length > 0 && queue[0].section !== last,
    );
    const longest = others.reduce(
      (best, queue) => (queue.length > best.length ? queue : best),
      others[0] ?? [],
    );
    const next = longest.shift() ?? sections.get(last)?.shift();
    if (!next) break;
    last = next.section;
    mixed.push(next);
  }
  return mixed;
}

/**
 * The next day on which something is due, and how much.
 * @param {Iterable<string>} ids @param {Marks} marks @param {number} now
 */
export function nextReview(ids, marks, now) {
  const coming = [...ids]
    .map((id) => marks.get(id))
    .filter((saved) => saved && isReviewed(saved) && !isDue(saved, now))
    .map((saved) => saved?.due ?? 0);
  const first = Math.min(...coming);
  return coming.length
    ? { at: first, count: coming.filter((due) => due < dayEnd(first)).length }
    : undefined;
}
