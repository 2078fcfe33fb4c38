// @ts-check
// A `predict` example asks first: what is typed is compared with the real output, line by line,
// and answers for its topic as a question does: all right is 记得, else 忘了; the learner may
// overrule it. Loaded when the first one is opened; without it the output is in its <details>.
import { compareLines, overrule } from '../core/prediction.js';
import { forget, remember } from '../core/sitting.js';
import { fill, find, findOf } from './find.js';
import { addRating } from './rating.js';
import { loadStyle } from './style.js';

/** @typedef {import('../store.js').Store} Store */

/** @param {Document} root @param {Store} store @param {HTMLDetailsElement} details the output, closed */
export async function askFirst(root, store, details) {
  const template = findOf(HTMLTemplateElement, root, 'template[data-prediction]');
  const words = template.dataset;
  await loadStyle(root, words.style);
  details.before(template.content.cloneNode(true));
  const form = /** @type {HTMLFormElement} */ (details.previousElementSibling);
  const field = findOf(HTMLTextAreaElement, form, 'textarea');
  const summary = find(details, 'summary');
  const asked = summary.textContent;
  summary.textContent = words.skip ?? '';

  const close = () => {
    find(form, '[data-asking]').remove();
    summary.textContent = asked;
    details.removeEventListener('toggle', close);
  };
  details.addEventListener('toggle', close);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    else if (event.key === 'Escape' && !event.isComposing) summary.focus();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const output = find(details, 'figure');
    const real = output.querySelector('samp')?.textContent ?? '';
    if (field.value.trim() === '' && real.trim() !== '') {
      find(form, '[role=status]').textContent = words.blank ?? '';
      return field.focus();
    }
    const raised = output.querySelector('.raised')?.textContent ?? undefined;
    const rows = compareLines(field.value, real, raised);
    close();
    summary.textContent = words.output ?? '';
    details.open = true;
    showRows(form, rows, words);
    const topic = details.closest('[data-topic]');
    if (topic instanceof HTMLElement)
      await count(root, store, topic, form, rows.every(({ kind }) => kind === 'right'));
  });
  field.focus();
}

/** @param {HTMLFormElement} form @param {import('../core/prediction.js').Row[]} rows @param {DOMStringMap} words */
function showRows(form, rows, words) {
  const right = rows.filter(({ kind }) => kind === 'right').length;
  const said = right === rows.length ? words.allRight : words.someRight;
  find(form, '[role=status]').textContent = fill(said, { right, all: rows.length });
  const list = find(form, 'ol');
  list.replaceChildren(
    ...rows.map(({ kind, real, mine }) => {
      const item = document.createElement('li');
      item.dataset.result = kind;
      item.append(element('span', words[kind] ?? ''));
      if (kind === 'wrong' || kind === 'extra') item.append(element('del', mine ?? ''));
      if (kind === 'wrong') item.append(element('span', words.real ?? ''));
      if (kind !== 'extra') item.append(element(kind === 'right' ? 'samp' : 'ins', real ?? ''));
      return item;
    }),
  );
  list.hidden = false;
  list.focus({ preventScroll: true });
}

/** @param {string} name @param {string} text */
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** A skipped topic stays skipped. @param {Document} root @param {Store} store @param {HTMLElement} topic @param {HTMLElement} form @param {boolean} right */
async function count(root, store, { dataset: { topic: id = '', hash } }, form, right) {
  const before = store.marks.get(id);
  if (before?.mark === 'skipped') return;
  let judged = false;
  const answer = await addRating(root, form, (remembered) => {
    const changed = store.change(id, (now) =>
      judged
        ? overrule(before, now, remembered, Date.now(), hash)
        : (remembered ? remember : forget)(now, Date.now(), hash),
    );
    judged = true;
    return changed ? store.marks.get(id) : undefined;
  });
  answer(right);
}
