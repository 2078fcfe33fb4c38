// @ts-check
// What a file or a share link would change, shown before anything is merged; and the way back.
import { decode } from '../core/share.js';
import { BYTES_MAX, compare, merge, parseFile } from '../core/transfer.js';
import { loadOutline } from '../outline.js';
import { fill, find, findOf } from './find.js';

/** @typedef {import('../core/progress.js').Marks} Marks */
/** @typedef {import('../core/progress.js').Saved} Saved */

/** @param {HTMLElement} panel @param {import('../store.js').Store} store */
export function startComparison(panel, store) {
  const box = findOf(HTMLDialogElement, panel, '[data-comparison]');
  const outcome = find(panel, '[data-outcome]');
  const input = findOf(HTMLInputElement, panel, '[data-file-input]');
  const site = document.body.dataset.site ?? '';
  /** @type {Marks | undefined} */
  let incoming;
  /** @type {Map<string, Saved | undefined>} */
  let before = new Map();

  /** @param {string} text @param {typeof before} [old] what 撤销 brings back */
  const tell = (text, old) => {
    box.close();
    outcome.hidden = false;
    for (const other of [find(panel, '[data-last-export]'), find(panel, '[data-share]')])
      other.hidden = true;
    find(outcome, 'span').textContent = text;
    find(outcome, '[data-undo]').hidden = !old;
    before = old ?? new Map();
  };

  /** @param {Marks} marks @param {'fromFile' | 'fromLink'} source */
  const show = async (marks, source) => {
    const outline = await loadOutline().catch(() => undefined);
    incoming = marks;
    const found = compare(store.marks, marks, (id) => !outline || outline.topics.has(id));
    find(box, '[data-source]').textContent = box.dataset[source] ?? '';
    const lines = /** @type {const} */ (['added', 'changed', 'kept', 'unknown']).filter(
      (kind) => found[kind].length > 0,
    );
    find(box, '[data-counts]').replaceChildren(
      ...lines.map((kind) => item(fill(box.dataset[kind], { n: found[kind].length }))),
    );
    if (lines.length === 0) find(box, '[data-counts]').replaceChildren(item(box.dataset.same ?? ''));
    const words = findOf(HTMLTemplateElement, document, 'template[data-marks]').dataset;
    const changes = [...found.added, ...found.changed, ...found.kept].map((id) => {
      const title = outline?.topics.get(id)?.title ?? outline?.gone.get(id)?.title ?? id;
      return item(
        `${title}：${words[store.marks.get(id)?.mark ?? 'none']} → ${words[marks.get(id)?.mark ?? 'none']}`,
      );
    });
    find(box, '[data-details]').hidden = changes.length === 0;
    find(box, '[data-changes]').replaceChildren(...changes);
    find(box, '[data-answer=merge]').hidden = found.added.length + found.changed.length === 0;
    find(box, '[data-answer=replace]').hidden = found.kept.length === 0;
    if (!box.open) box.showModal();
  };

  box.addEventListener('click', ({ target }) => {
    const answer = target instanceof HTMLElement ? target.dataset.answer : undefined;
    if (!answer || !incoming) return;
    if (answer === 'cancel') return box.close();
    const entries = merge(
      store.marks,
      incoming,
      compare(store.marks, incoming, () => true),
      answer === 'replace',
    );
    const old = new Map(entries.map(([id]) => [id, store.marks.get(id)]));
    store.replace(entries);
    tell(fill(box.dataset.merged, { n: entries.length }), old);
    find(outcome, '[data-undo]').focus();
  });
  find(outcome, '[data-undo]').addEventListener('click', () => {
    store.replace([...before].map(([id, saved]) => [id, older(store.marks.get(id), saved)]));
    tell(box.dataset.undone ?? '');
  });
  input.addEventListener('change', async () => {
    const [file] = input.files ?? [];
    if (!file) return;
    const text = file.size > BYTES_MAX ? 'x'.repeat(BYTES_MAX + 1) : await file.text().catch(() => '');
    input.value = '';
    const read = parseFile(site, text);
    if ('marks' in read) return show(read.marks, 'fromFile');
    const key = read.refusal.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
    tell(fill(box.dataset[key], { site: read.site ?? '' }));
  });

  const openLink = async () => {
    const text = /^#m=(.*)$/.exec(location.hash)?.[1];
    if (text === undefined) return;
    history.replaceState(history.state, '', location.pathname + location.search);
    const outline = await loadOutline().catch(() => undefined);
    if (!outline) return tell(panel.dataset.shareFailed ?? '');
    const ids = new Map(
      [...outline.topics.values(), ...outline.gone.values()].map(({ position, id }) => [
        position ?? -1,
        id,
      ]),
    );
    const marks = decode(text, ids);
    return marks ? show(marks, 'fromLink') : tell(box.dataset.badLink ?? '');
  };
  openLink();
  addEventListener('hashchange', openLink, { signal: store.signal });
  return { tell, choose: () => input.click() };
}

/**
 * The state of before, as something new: other tabs and browsers keep the newer.
 * @param {Saved | undefined} now @param {Saved | undefined} before
 */
function older(now, before) {
  if (!now) return before;
  return { mark: /** @type {const} */ ('none'), step: 0, due: 0, ...before, at: now.at + 1 };
}

/** @param {string} text */
function item(text) {
  const element = document.createElement('li');
  element.textContent = text;
  return element;
}
