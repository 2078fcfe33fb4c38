// @ts-check
// 记得 and 忘了 below an answer, and what the one that was pressed has done to the review.
import { DAY } from '../core/review.js';
import { fill, find, findOf } from './find.js';
import { loadStyle } from './style.js';

/** @typedef {import('../core/progress.js').Saved} Saved */

/**
 * @param {Document} root
 * @param {Element} place
 * @param {(remembered: boolean) => Saved | undefined} save undefined if the answer changes nothing
 * @returns {Promise<(remembered: boolean) => void>} answers as if its button had been pressed
 */
export async function addRating(root, place, save) {
  const template = findOf(HTMLTemplateElement, root, 'template[data-rating]');
  await loadStyle(root, template.dataset.style);
  const rating = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const [status, group] = [find(rating, '[role=status]'), find(rating, '.rating')];
  const { saidRemembered, saidForgotten, saidEarly } = template.dataset;

  const answer = (/** @type {boolean} */ remembered) => {
    const saved = save(remembered);
    const days = saved ? Math.round((saved.due - Date.now()) / DAY) : 0;
    status.textContent = fill(!saved ? saidEarly : remembered ? saidRemembered : saidForgotten, { days });
    for (const button of group.querySelectorAll('button'))
      button.ariaPressed = String((button.dataset.rate === 'remember') === remembered);
  };
  group.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (button) answer(button.dataset.rate === 'remember');
  });
  place.append(rating);
  return answer;
}
