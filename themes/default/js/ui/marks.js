// @ts-check
// Shows each topic's mark wherever the topic stands, and gives each topic its control.
import { hasChanged } from '../core/progress.js';
import { mark } from '../core/review.js';
import { fill, findOf } from './find.js';

/** So many marks are worth asking the browser to keep them. */
const WORTH_KEEPING = 3;

/** So many controls are made in one go: between two the page answers, however long it is. */
const AT_ONCE = 32;

/** @param {Document} root @param {import('../store.js').Store} store */
export function startMarks(root, store) {
  const template = findOf(HTMLTemplateElement, root, 'template[data-marks]');
  const words = template.dataset;
  /** @type {Map<string, HTMLElement[]>} */
  const shown = new Map();
  const elements = /** @type {NodeListOf<HTMLElement>} */ (
    root.querySelectorAll('[data-topic], [data-mark-of]')
  );
  for (const element of elements) {
    const id = element.dataset.topic ?? element.dataset.markOf ?? '';
    shown.set(id, [...(shown.get(id) ?? []), element]);
  }

  /** @param {Iterable<string>} ids */
  const paint = (ids) => {
    for (const id of ids)
      for (const element of shown.get(id) ?? []) show(element, store.marks.get(id), words);
  };
  paint(store.marks.keys());
  store.listen((ids) => paint(ids ?? shown.keys()));

  const addControls = async () => {
    for (const [index, topic] of [...elements].filter(({ dataset }) => dataset.topic).entries()) {
      if (index > 0 && index % AT_ONCE === 0) await new Promise((next) => setTimeout(next));
      addControl(template, topic);
      const saved = store.marks.get(topic.dataset.topic ?? '');
      if (saved) show(topic, saved, words);
    }
  };
  addControls();

  root.body.addEventListener('click', ({ target }) => {
    const at = target instanceof Element ? target : null;
    const pressed = at?.closest('[data-set], [data-seen]');
    const topic = pressed?.closest('[data-topic]');
    if (pressed instanceof HTMLElement && topic instanceof HTMLElement) press(pressed, topic);
    const menu = at?.closest('.more-marks');
    if (menu !== opened || pressed) opened?.removeAttribute('open');
    opened = menu;
  });

  /** @type {Element | null | undefined} the menu that was last clicked: the only one that can be open */
  let opened;

  /** @param {HTMLElement} pressed @param {HTMLElement} topic */
  const press = (pressed, topic) => {
    const { topic: id = '', hash } = topic.dataset;
    const kind = /** @type {import('../core/progress.js').Mark | undefined} */ (pressed.dataset.set);
    const changed = store.change(id, (before) => {
      if (!kind) return before && { ...before, hash, at: before.at + 1 };
      return mark(before, before?.mark === kind ? 'none' : kind, Date.now(), hash);
    });
    show(topic, store.marks.get(id), words);
    if (!changed || !kind) return;
    const now = store.marks.get(id)?.mark ?? 'none';
    const said = {
      mastered: words.saidMastered,
      weak: words.saidWeak,
      skipped: words.saidSkipped,
      none: words.saidNone,
    }[now];
    import('./status.js').then(({ announce }) => announce(said));
    if (store.marks.size >= WORTH_KEEPING) navigator.storage?.persist?.().catch(() => {});
  };
}

/** @param {HTMLTemplateElement} template @param {HTMLElement} topic */
function addControl(template, topic) {
  const control = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const { name, mastered, weak, skipped } = template.dataset;
  const title = topic.querySelector('h3, a')?.textContent ?? '';
  const named = {
    '[data-set=mastered]': mastered,
    '[data-set=weak]': weak,
    '[data-set=skipped]': skipped,
  };
  for (const [selector, word] of Object.entries(named)) {
    findOf(HTMLElement, control, selector).ariaLabel = fill(name, { mark: word ?? '', title });
  }
  // The browser would bring back what was ticked when the page was left.
  findOf(HTMLInputElement, control, 'input').autocomplete = 'off';
  const more = findOf(HTMLElement, control, 'summary');
  more.ariaLabel = fill(name, { mark: more.title, title });
  (topic.querySelector('.topic-heading') ?? topic).append(control);
}

/**
 * @param {HTMLElement} element
 * @param {import('../core/progress.js').Saved | undefined} saved
 * @param {DOMStringMap} words
 */
function show(element, saved, words) {
  const { dataset } = element;
  const now = saved?.mark ?? 'none';
  if (now === 'none') delete dataset.mark;
  else dataset.mark = now;
  if (dataset.markOf) {
    const link = element.closest('a') ?? element.querySelector('a');
    if (link) link.ariaDescription = now === 'none' ? null : (words[now] ?? null);
    return;
  }
  const changed = hasChanged(saved, dataset.hash);
  element.toggleAttribute('data-changed', changed);
  for (const control of element.querySelectorAll('[data-set], [data-seen]')) {
    if (control instanceof HTMLInputElement) control.checked = now === 'mastered';
    else if (control instanceof HTMLElement && control.dataset.set)
      control.ariaPressed = String(control.dataset.set === now);
    else if (control instanceof HTMLElement) control.hidden = !changed;
  }
}
