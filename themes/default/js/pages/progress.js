// @ts-check
// 进度: totals by level, the filter of the list, what was removed; backup and comparison beside.
import { MARKS, tally } from '../core/progress.js';
import { loadOutline } from '../outline.js';
import { startBackup } from '../ui/backup.js';
import { fill, find, findOf } from '../ui/find.js';

/** @param {Document} root @param {import('../store.js').Store} store */
export function startProgress(root, store) {
  const page = find(root, '[data-progress]');
  startBackup(page, store);
  startTotals(page, store);
  startFilter(page, store);
  startRemoved(page, store);
}

/** @param {HTMLElement} page @param {import('../store.js').Store} store */
function startTotals(page, store) {
  const rows = [
    .../** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll('[data-level-total]')),
  ].map((row) => {
    const topics = page.querySelectorAll(
      `ul[data-level="${CSS.escape(row.dataset.levelTotal ?? '')}"] [data-topic]`,
    );
    return {
      row,
      ids: new Set([...topics].map((topic) => /** @type {HTMLElement} */ (topic).dataset.topic ?? '')),
    };
  });
  const paint = () => {
    for (const { row, ids } of rows) {
      const count = tally(ids, store.marks);
      for (const kind of MARKS) find(row, `[data-of=${kind}]`).textContent = String(count[kind]);
    }
  };
  paint();
  store.listen(paint);
}

/** The filter stands in the address, so that it can be kept and shared. @param {HTMLElement} page @param {import('../store.js').Store} store */
function startFilter(page, store) {
  const form = findOf(HTMLFormElement, page, '[data-list-filter]');
  const rows = /** @type {HTMLElement[]} */ ([...page.querySelectorAll('.row')]);
  const result = find(form, '[data-filter-result]');
  const address = new URL(location.href);
  const wanted = form.querySelector(
    `[name=mark][value="${CSS.escape(address.searchParams.get('mark') ?? '')}"]`,
  );
  if (wanted instanceof HTMLInputElement) wanted.checked = true;

  const apply = () => {
    const mark = String(new FormData(form).get('mark') ?? '');
    let count = 0;
    for (const row of rows) {
      const matches =
        mark === '' ||
        (mark === 'changed' ? row.hasAttribute('data-changed') : (row.dataset.mark ?? 'none') === mark);
      row.hidden = !matches;
      count += Number(matches);
    }
    for (const group of page.querySelectorAll('[data-group]')) {
      group.toggleAttribute('hidden', !group.querySelector('.row:not([hidden])'));
    }
    page.dataset.filtered = mark;
    result.textContent =
      mark === '' ? '' : count ? fill(form.dataset.text, { n: count }) : (form.dataset.empty ?? '');
    return mark;
  };
  form.addEventListener('change', () => {
    const mark = apply();
    const next = new URL(location.href);
    if (mark) next.searchParams.set('mark', mark);
    else next.searchParams.delete('mark');
    history.replaceState(history.state, '', next);
  });
  apply();
  // What was just marked stays in view until the filter is chosen again: no row jumps away.
  store.listen((ids) => ids && ids.length > 1 && apply());
}

/** Marks of topics that the roadmap no longer has. @param {HTMLElement} page @param {import('../store.js').Store} store */
function startRemoved(page, store) {
  const section = find(page, '[data-removed]');
  const list = findOf(HTMLUListElement, section, 'ul');
  const known = new Set(
    [...page.querySelectorAll('[data-topic]')].map(
      (row) => /** @type {HTMLElement} */ (row).dataset.topic,
    ),
  );
  const words = findOf(HTMLTemplateElement, document, 'template[data-marks]').dataset;

  const paint = async () => {
    const removed = [...store.marks].filter(([id, { mark }]) => !known.has(id) && mark !== 'none');
    const unreadable = store.unreadable();
    section.hidden = removed.length + unreadable.length === 0;
    if (section.hidden) return;
    const outline = removed.length ? await loadOutline().catch(() => undefined) : undefined;
    const lines = removed.map(([id, { mark, at }]) => {
      const title = outline?.gone.get(id)?.title ?? `${section.dataset.untitled}（${id}）`;
      return [
        title,
        `${words[mark]} · ${new Date(at).toLocaleDateString(document.documentElement.lang)}`,
      ];
    });
    lines.push(...unreadable.map((id) => [fill(section.dataset.unreadable, { id }), '']));
    list.replaceChildren(
      ...lines.map(([title, detail]) => {
        const item = document.createElement('li');
        const count = document.createElement('span');
        count.className = 'count';
        count.textContent = detail;
        item.append(title, ' ', count);
        return item;
      }),
    );
  };
  paint();
  store.listen((ids) => ids?.some((id) => !known.has(id)) && paint());
}
