// @ts-check
// How much is mastered: in the header, of each section, each level; and how much is due today.
import { tally } from '../core/progress.js';
import { countDue } from '../core/review.js';
import { fill } from './find.js';

/** In place of ids: every topic of the site. */
const ALL = '*';

/**
 * @param {Document} root
 * @param {import('../store.js').Store} store
 */
export async function startTally(root, store) {
  const elements = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-tally]'));
  const due = /** @type {HTMLElement | null} */ (root.querySelector('[data-today]'));
  const counted = [...elements].map((element) => ({
    element,
    ids: new Set(element.dataset.tally?.match(/\S+/g)),
  }));
  let all = new Set(counted.flatMap(({ ids }) => [...ids]));
  all.delete(ALL);

  /** @param {string[]} [changed] */
  const paint = (changed) => {
    const whole = tally(all, store.marks);
    for (const { element, ids } of counted) {
      if (ids.has(ALL)) show(element, whole);
      else if (!changed || changed.some((id) => ids.has(id))) show(element, tally(ids, store.marks));
    }
    if (due) showDue(due, countDue(all, store.marks, Date.now()));
  };
  paint();
  store.listen(paint);

  // A large site names only the neighbourhood in the page. What is marked decides whether the
  // rest is worth a request.
  const total = Number(root.body.dataset.total);
  if (all.size >= total || ![...store.marks.keys()].some((id) => !all.has(id))) return;
  const { loadOutline } = await import('../outline.js');
  const outline = await loadOutline().catch(() => undefined);
  if (!outline) return;
  all = new Set(outline.topics.keys());
  paint();
}

/** @param {HTMLElement} element @param {ReturnType<typeof tally>} count */
function show(element, count) {
  const { text, textWeak } = element.dataset;
  element.style.setProperty('--progress', String(count.share));
  if (text === undefined) return;
  const words = count.weak > 0 && textWeak ? textWeak : text;
  element.textContent = fill(words, {
    done: count.mastered,
    all: count.all,
    weak: count.weak,
    percent: count.percent,
  });
}

/** @param {HTMLElement} link @param {number} count */
function showDue(link, count) {
  const badge = link.querySelector('.due');
  if (badge) badge.textContent = count > 99 ? '99+' : count > 0 ? String(count) : '';
  link.ariaDescription = count > 0 ? fill(link.dataset.due, { n: count }) : null;
}
