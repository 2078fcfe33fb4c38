// @ts-check
// One sentence when marks cannot be saved, with the way to keep them: an export of what is in
// memory. Told once for each kind of trouble.
import { saveExport } from './download.js';
import { findOf } from './find.js';
import { loadStyle } from './style.js';

const told = new Set();

/** @param {Document} root @param {import('../store.js').Store} store @param {import('../store.js').Problem} problem */
export async function tellProblem(root, store, problem) {
  if (told.has(problem)) return;
  told.add(problem);
  const template = findOf(HTMLTemplateElement, root, 'template[data-notice]');
  await Promise.all(
    [template.dataset.style, template.dataset.choiceStyle].map((address) => loadStyle(root, address)),
  );
  root.querySelector('.notice')?.remove();
  root.body.append(template.content.cloneNode(true));
  const notice = findOf(HTMLElement, root, '.notice');
  findOf(HTMLElement, notice, 'p').textContent = template.dataset[problem] ?? '';
  findOf(HTMLElement, notice, '[data-export-now]').addEventListener('click', () =>
    saveExport(root, store),
  );
  findOf(HTMLElement, notice, '[data-dismiss]').addEventListener('click', () => notice.remove());
}
