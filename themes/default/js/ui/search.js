// @ts-check
// The search: a dialog in place, with the index fetched when it first opens. The box takes
// letters meanwhile; an input method's Enter chooses a word and never a result.
import { pieces, prepare, search } from '../core/search.js';
import { fill, findOf } from './find.js';
import { loadStyle } from './style.js';

/** @type {Promise<import('../core/search.js').Entry[]> | undefined} */
let index;
/** @type {HTMLDialogElement | undefined} */
let dialog;

/** @param {Document} root */
export async function openSearch(root) {
  const button = findOf(HTMLButtonElement, root, '[data-search]');
  // The preview replaces the body, and the dialog with it.
  if (!dialog?.isConnected) dialog = await build(root, button.dataset);
  if (!dialog.open) dialog.showModal();
  findOf(HTMLInputElement, dialog, 'input').select();
  dialog.dispatchEvent(new Event('fetch'));
}

/** @param {string} address */
async function fetchIndex(address) {
  const response = await fetch(address, { cache: 'no-cache' });
  if (!response.ok) throw new Error(`search index: ${response.status}`);
  return prepare(await response.json());
}

/** @param {Document} root @param {DOMStringMap} options */
async function build(root, { index: address = '', style = '', root: base = '' }) {
  await loadStyle(root, style);
  root.body.append(
    findOf(HTMLTemplateElement, root, 'template[data-search-dialog]').content.cloneNode(true),
  );
  const box = findOf(HTMLDialogElement, root, 'dialog.search');
  const input = findOf(HTMLInputElement, box, 'input');
  const list = findOf(HTMLElement, box, '[role=listbox]');
  const status = findOf(HTMLElement, box, '[role=status]');
  const words = status.dataset;
  /** @type {import('../core/search.js').Entry[] | undefined} */
  let entries;
  let chosen = -1;

  const choose = (/** @type {number} */ next) => {
    const options = list.children;
    options[chosen]?.setAttribute('aria-selected', 'false');
    chosen = options.length ? (next + options.length) % options.length : -1;
    options[chosen]?.setAttribute('aria-selected', 'true');
    options[chosen]?.scrollIntoView({ block: 'nearest' });
    if (chosen < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', options[chosen].id);
  };
  const show = () => {
    const query = input.value.trim();
    const results = entries ? search(entries, query) : [];
    list.replaceChildren(...results.map((result, number) => option(result, number, query, base)));
    input.ariaExpanded = String(results.length > 0);
    choose(0);
    if (!entries) status.textContent = words.loading ?? '';
    else if (query === '') status.textContent = words.start ?? '';
    else
      status.textContent = results.length
        ? fill(words.count, { n: results.length })
        : (words.none ?? '');
  };

  box.addEventListener('fetch', async () => {
    show();
    try {
      index ??= fetchIndex(address);
      entries = await index;
      show();
    } catch {
      index = undefined;
      status.textContent = words.failed ?? '';
    }
  });
  input.addEventListener('input', show);
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(chosen + step);
    else if (event.key === 'Enter')
      /** @type {HTMLElement | undefined} */ (list.children[chosen])?.click();
    else return;
    event.preventDefault();
  });
  box.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    // A click beside the dialog hits the dialog itself; a link of this page leads away from it.
    if (event.target === box || (link && !event.ctrlKey && !event.metaKey && !event.shiftKey))
      box.close();
  });
  return box;
}

/**
 * @param {import('../core/search.js').Result} result
 * @param {number} number @param {string} query @param {string} base
 */
function option({ url, title, place, excerpt }, number, query, base) {
  const link = document.createElement('a');
  link.id = `rs-result-${number}`;
  link.role = 'option';
  link.href = base + url;
  link.tabIndex = -1;
  for (const [name, text] of [
    ['title', title],
    ['place', place],
    ['excerpt', excerpt],
  ]) {
    if (!text) continue;
    const line = document.createElement('span');
    line.className = `result-${name}`;
    line.append(...(name === 'place' ? [text] : pieces(text, query).map(marked)));
    link.append(line);
  }
  return link;
}

/** @param {{ text: string, hit: boolean }} piece */
function marked({ text, hit }) {
  if (!hit) return text;
  const mark = document.createElement('mark');
  mark.textContent = text;
  return mark;
}
