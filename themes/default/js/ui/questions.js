// @ts-check
// An opened question asks whether the answer was right; that feeds the review of its topic.
// Loaded when the first question is opened.
import { forget, remember } from '../core/sitting.js';
import { addRating } from './rating.js';

/** @type {WeakSet<Element>} */
const rated = new WeakSet();

/** @param {Document} root @param {import('../store.js').Store} store @param {Element} details that was opened */
export async function rateQuestion(root, store, details) {
  const topic = details.closest('[data-topic]');
  const answer = details.querySelector('.answer');
  if (!(topic instanceof HTMLElement) || !answer || rated.has(answer)) return;
  rated.add(answer);
  const { topic: id = '', hash } = topic.dataset;
  await addRating(root, answer, (remembered) => {
    const rule = remembered ? remember : forget;
    return store.change(id, (before) => rule(before, Date.now(), hash)) ? store.marks.get(id) : undefined;
  });
}
