// @ts-check
// Export, list, share link and reset; import is in `comparison.js`.
import { tally } from '../core/progress.js';
import { encode } from '../core/share.js';
import { formatList } from '../core/transfer.js';
import { loadOutline } from '../outline.js';
import { startComparison } from './comparison.js';
import { save, saveExport, today } from './download.js';
import { fill, find, findOf } from './find.js';
import { announce } from './status.js';

/** So many marks are much to lose. */
const MUCH = 20;

/** @param {HTMLElement} page @param {import('../store.js').Store} store */
export function startBackup(page, store) {
  const panel = find(page, '[data-backup]');
  const last = find(panel, '[data-last-export]');
  const dialog = findOf(HTMLDialogElement, panel, '[data-reset-dialog]');
  const comparison = startComparison(panel, store);

  const paint = () => {
    const marked = [...store.marks.values()].filter(({ mark }) => mark !== 'none').length;
    const at = Number(store.setting('exported'));
    last.textContent = at
      ? fill(panel.dataset.exported, {
          date: new Date(at).toLocaleDateString(document.documentElement.lang),
        })
      : marked >= MUCH
        ? fill(panel.dataset.remind, { n: marked })
        : (panel.dataset.never ?? '');
    last.toggleAttribute('data-warn', !at && marked >= MUCH);
    // Nothing can be pressed before this script is there; without marks only 导入 is of use.
    for (const name of ['export', 'share', 'reset', 'list', 'import']) {
      findOf(HTMLButtonElement, panel, `[data-do=${name}]`).disabled = marked === 0 && name !== 'import';
    }
  };
  const exportFile = () => saveExport(document, store).then(paint);

  const actions = {
    export: exportFile,
    list: () => saveList(page, store),
    share: () => share(panel, store),
    import: () => comparison.choose(),
    reset: () => dialog.showModal(),
  };
  panel.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-do]') : null;
    if (button instanceof HTMLElement)
      actions[/** @type {keyof typeof actions} */ (button.dataset.do)]?.();
  });
  dialog.addEventListener('close', async () => {
    const answer = dialog.returnValue;
    dialog.returnValue = '';
    if (answer === 'export') await exportFile().then(() => dialog.showModal());
    if (answer !== 'reset') return;
    const before = new Map(store.marks);
    store.reset(Date.now());
    comparison.tell(panel.querySelector('[data-outcome]')?.getAttribute('data-reset') ?? '', before);
  });
  paint();
  store.listen(paint);
}

/** @param {HTMLElement} page @param {import('../store.js').Store} store */
function saveList(page, store) {
  const words = findOf(HTMLTemplateElement, document, 'template[data-marks]').dataset;
  const sections = [...page.querySelectorAll('[data-group]')].map((group) => ({
    title: group.querySelector('h3 a')?.textContent?.trim() ?? '',
    topics: [.../** @type {NodeListOf<HTMLElement>} */ (group.querySelectorAll('[data-topic]'))].map(
      (row) => ({
        id: row.dataset.topic ?? '',
        title: row.querySelector('a')?.textContent ?? '',
      }),
    ),
  }));
  const list = formatList(sections, store.marks, {
    weak: words.weak ?? '',
    skipped: words.skipped ?? '',
  });
  const { percent } = tally(
    sections.flatMap(({ topics }) => topics.map(({ id }) => id)),
    store.marks,
  );
  save(
    `${document.body.dataset.site}-${today()}.md`,
    'text/markdown',
    `# ${document.title} ${percent}%\n\n${list}`,
  );
}

/** @param {HTMLElement} panel @param {import('../store.js').Store} store */
async function share(panel, store) {
  const outline = await loadOutline().catch(() => undefined);
  if (!outline) return announce(panel.dataset.shareFailed ?? '');
  const position = (/** @type {string} */ id) =>
    (outline.topics.get(id) ?? outline.gone.get(id))?.position;
  const { text, left } = encode(store.marks, position, Date.now());
  const link = new URL(location.pathname, location.href);
  link.hash = `m=${text}`;
  for (const name of ['outcome', 'last-export', 'share'])
    find(panel, `[data-${name}]`).hidden = name !== 'share';
  const field = findOf(HTMLInputElement, panel, '[data-share-link]');
  field.value = link.href;
  field.select();
  const said = left ? fill(panel.dataset.sharePartly, { n: left }) : (panel.dataset.shared ?? '');
  await navigator.clipboard
    ?.writeText(link.href)
    .then(() => announce(said))
    .catch(() => {});
}
