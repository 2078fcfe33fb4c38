// @ts-check
// An opened question asks whether the answer was right; that feeds the review of its topic.
// Loaded when the first question is opened.
import { DAY } from '../core/review.js';
import { forget, remember } from '../core/sitting.js';
import { fill, findOf } from './find.js';
import { loadStyle } from './style.js';

/** @param {Document} root @param {import('../store.js').Store} store @param {Element} details that was opened */
export async function addRating(root, store, details) {
  const topic = details.closest('[data-topic]');
  const answer = details.querySelector('.answer');
  if (!(topic instanceof HTMLElement) || !answer || answer.querySelector('.rating')) return;
  const template = findOf(HTMLTemplateElement, root, 'template[data-rating]');
  await loadStyle(root, template.dataset.style);
  if (answer.querySelector('.rating')) return;
  answer.append(template.content.cloneNode(true));
  const rating = findOf(HTMLElement, answer, '.rating');

  rating.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (!button) return;
    const { topic: id = '', hash } = topic.dataset;
    const now = Date.now();
    const remembered = button.dataset.rate === 'remember';
    const changed = store.change(id, (before) => (remembered ? remember : forget)(before, now, hash));
    const { saidRemembered, saidForgotten, saidEarly } = template.dataset;
    const days = Math.round(((store.marks.get(id)?.due ?? now) - now) / DAY);
    const said = changed ? (remembered ? saidRemembered : saidForgotten) : saidEarly;
    for (const other of rating.querySelectorAll('button')) other.ariaPressed = String(other === button);
    findOf(HTMLElement, rating, '[role=status]').textContent = fill(said, { days });
  });
}
