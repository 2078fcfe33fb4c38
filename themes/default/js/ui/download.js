// @ts-check
// A text to the learner's disk: the export of all marks, the list.
import { formatFile } from '../core/transfer.js';
import { loadOutline } from '../outline.js';

/** @param {string} name @param {string} type @param {string} text */
export function save(name, type, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** `2026-11-24`, where the learner is. */
export function today(now = new Date()) {
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** Titles are for the human reader; without the network the file has none. @param {Document} root @param {import('../store.js').Store} store */
export async function saveExport(root, store) {
  const { site = '' } = root.body.dataset;
  const outline = await loadOutline().catch(() => undefined);
  const title = (/** @type {string} */ id) =>
    outline?.topics.get(id)?.title ?? outline?.gone.get(id)?.title;
  save(`${site}-${today()}.json`, 'application/json', formatFile(site, store.marks, title, Date.now()));
  store.set('exported', String(Date.now()));
}
