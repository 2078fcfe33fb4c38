// @ts-check
// The map: the one thing to do next, and the filter by mark and level, kept in the address.
import { countDue } from '../core/review.js';
import { fill, find, findOf } from '../ui/find.js';

/** @typedef {import('../store.js').Store} Store */

/** @param {Document} root @param {Store} store */
export function startMap(root, store) {
  const levels = [
    .../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('.map [data-ids]')),
  ].map((element) => ({
    element,
    ids: element.dataset.ids?.split(' ') ?? [],
    station: /** @type {HTMLElement} */ (element.closest('.station')),
  }));
  const next = root.querySelector('[data-next]');
  if (next instanceof HTMLAnchorElement) startNext(next, levels, store);
  const form = root.querySelector('form[data-filter]');
  if (form instanceof HTMLFormElement) startFilter(root, form, levels, store);
}

/** @typedef {{ element: HTMLElement, ids: string[], station: HTMLElement }} Level */

/** Reviews first, then the topic last read, or else where the roadmap begins. @param {HTMLAnchorElement} link @param {Level[]} levels @param {Store} store */
function startNext(link, levels, store) {
  const [words, detail] = [find(link, 'span'), find(link, '.button-detail')];
  const first = { href: link.href, words: words.textContent, detail: detail.textContent };
  const all = levels.flatMap(({ ids }) => ids);
  const paint = () => {
    const due = countDue(all, store.marks, Date.now());
    const last = readLast(store, levels);
    const choice = due
      ? { href: link.dataset.today ?? '', words: fill(link.dataset.due, { n: due }), detail: '' }
      : last
        ? { href: last.href, words: link.dataset.continue ?? '', detail: last.title }
        : first;
    link.href = choice.href;
    words.textContent = choice.words;
    detail.textContent = choice.detail;
    link.parentElement?.setAttribute('data-known', '');
  };
  paint();
  store.listen(paint);
}

/** @param {Store} store @param {Level[]} levels */
function readLast(store, levels) {
  try {
    const { v, id, anchor, title } = JSON.parse(store.setting('last') ?? 'null') ?? {};
    const level = levels.find(({ ids }) => ids.includes(id));
    const href = level?.station.querySelector('h2 a')?.getAttribute('href');
    return v === 1 && href && typeof title === 'string'
      ? { title, href: `${href}#${encodeURIComponent(String(anchor))}` }
      : undefined;
  } catch {
    return undefined;
  }
}

/** @param {Document} root @param {HTMLFormElement} form @param {Level[]} levels @param {Store} store */
function startFilter(root, form, levels, store) {
  const result = find(form, '[data-filter-result]');
  const map = find(root, '.map');
  const names = ['mark', 'level'];
  const read = () => {
    const { searchParams } = new URL(location.href);
    for (const name of names) {
      const value = searchParams.get(name) ?? '';
      const input = [...form.querySelectorAll(`[name=${name}]`)].find(
        (input) => input instanceof HTMLInputElement && input.value === value,
      );
      const chosen = input ?? form.querySelector(`[name=${name}]`);
      if (chosen instanceof HTMLInputElement) chosen.checked = true;
    }
  };

  const apply = () => {
    const data = new FormData(form);
    const [mark, wanted] = names.map((name) => String(data.get(name) ?? ''));
    let count = 0;
    /** @type {Map<HTMLElement, number>} */
    const stations = new Map();
    for (const { element, ids, station } of levels) {
      const matches =
        wanted && element.dataset.level !== wanted
          ? []
          : ids.filter((id) => mark === '' || (store.marks.get(id)?.mark ?? 'none') === mark);
      count += matches.length;
      stations.set(station, (stations.get(station) ?? 0) + matches.length);
      element.toggleAttribute('data-out', matches.length === 0);
      const number = element.querySelector('.count');
      if (number) number.textContent = String(mark ? matches.length : ids.length);
    }
    const filtered = mark !== '' || wanted !== '';
    map.toggleAttribute('data-filtered', filtered);
    for (const [station, matches] of stations)
      station.toggleAttribute('data-out', filtered && matches === 0);
    const text = count ? fill(result.dataset.text, { n: count }) : (result.dataset.empty ?? '');
    result.replaceChildren(
      ...(filtered ? [text] : []),
      ...(mark && count ? [' ', listLink(result, mark)] : []),
    );
  };
  form.addEventListener('change', () => {
    const address = new URL(location.href);
    for (const [name, value] of new FormData(form)) {
      if (value) address.searchParams.set(name, String(value));
      else address.searchParams.delete(name);
    }
    history.replaceState(history.state, '', address);
    apply();
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  const back = () => {
    read();
    apply();
  };
  addEventListener('popstate', back, { signal: store.signal });
  read();
  apply();
  store.listen(() => map.hasAttribute('data-filtered') && apply());
}

/** To the same topics one by one, in 进度. @param {HTMLElement} result @param {string} mark */
function listLink(result, mark) {
  const link = document.createElement('a');
  link.href = `${result.dataset.list}?mark=${mark}#rs-all`;
  link.textContent = result.dataset.listWord ?? '';
  return link;
}
