// @ts-check
// The marks, and the only user of localStorage. One key a topic, so that two tabs never overwrite
// each other; a mark that could not be written holds in this page and is written again.
import { formatSaved, parseSaved } from './core/progress.js';
import { openKeys } from './keys.js';

/** @typedef {import('./core/progress.js').Saved} Saved */
/** @typedef {import('./keys.js').Refusal | 'newer' | 'unreadable'} Problem */
/**
 * @typedef {{ site: string, moves?: string[][], area?: () => Storage, signal?: AbortSignal,
 *   report?: (problem: Problem) => void }} Options
 */

/** @param {Options} options */
export function openStore({ site, moves = [], area = () => localStorage, signal, report = () => {} }) {
  const keys = openKeys(site, area);
  const prefix = `${keys.root}topic/`;
  /** @type {Map<string, Saved>} */
  const marks = new Map();
  /** Written by a newer version, or unreadable with no room for a copy: never written here. */
  const locked = new Set();
  /** In memory only: the last write failed, or another page removed the key. */
  const unsaved = new Set();
  /** @type {Set<(ids: string[]) => void>} */
  const listeners = new Set();

  const tell = (/** @type {string[]} */ ids) => ids.length && listeners.forEach((listen) => listen(ids));

  /** @param {string} id */
  const write = (id) => {
    const saved = marks.get(id);
    if (!saved || locked.has(id)) return false;
    const refusal = keys.set(`topic/${id}`, formatSaved(saved));
    if (refusal) report(refusal);
    if (refusal) unsaved.add(id);
    else unsaved.delete(id);
    return !refusal;
  };

  /** Takes in what is saved under an id. @param {string} id @param {string | null | undefined} text */
  const take = (id, text) => {
    const known = marks.get(id);
    if (text === null || text === undefined) {
      if (!known) return;
      if (known.at <= (Number(keys.get('reset')))) marks.delete(id);
      else unsaved.add(id);
      return;
    }
    const saved = parseSaved(text);
    if (saved === 'newer') locked.add(id);
    else if (!saved) keep(id, text);
    else if (known && known.at > saved.at) unsaved.add(id);
    else {
      if (!known || formatSaved(known) !== text) marks.set(id, saved);
      locked.delete(id);
    }
  };

  /** Keeps a copy of what cannot be read; without one it is not overwritten. @param {string} id @param {string} text */
  const keep = (id, text) => {
    let name = `corrupt/${id}`;
    for (let kept = keys.get(name); kept && kept !== text; kept = keys.get(name)) name += '~';
    if (!keys.set(name, text)) return;
    locked.add(id);
    report('unreadable');
  };

  /** What was saved under an id of before goes to the id of now. */
  const move = () => {
    const moved = [];
    for (const [from, to] of moves) {
      const saved = marks.get(from);
      if (!saved || locked.has(from) || locked.has(to)) continue;
      marks.delete(from);
      unsaved.delete(from);
      const newer = saved.at > (marks.get(to)?.at ?? -1);
      if (newer) marks.set(to, saved);
      if (!newer || write(to)) keys.remove(`topic/${from}`);
      moved.push(from, to);
    }
    return moved;
  };

  const load = () => {
    const found = new Set(keys.list('topic/'));
    for (const id of found) take(id, keys.get(`topic/${id}`));
    for (const id of [...marks.keys()]) if (!found.has(id)) take(id, null);
    move();
  };

  /** Another page of this origin has cleared the storage: what this one knows is written again. */
  const restore = () => {
    if (keys.count() < marks.size)
      for (const id of marks.keys()) if (keys.get(`topic/${id}`) === null) take(id, null);
    [...unsaved].forEach(write);
  };

  load();
  return {
    /** @type {import('./core/progress.js').Marks} */
    marks,
    /** Ends what listens to the window for this page's body. */
    signal,
    /** @param {(ids: string[]) => void} listener called with the ids that changed */
    listen: (listener) => void listeners.add(listener),
    /**
     * Changes one topic; `next` gets what is saved now, in whatever tab. False if it may not be.
     * @param {string} id
     * @param {(before: Saved | undefined) => Saved | undefined} next
     */
    change(id, next) {
      const text = keys.get(`topic/${id}`);
      if (text !== undefined) take(id, text);
      if (locked.has(id)) report('newer');
      const saved = locked.has(id) ? undefined : next(marks.get(id));
      if (!saved) return false;
      marks.set(id, saved);
      write(id);
      restore();
      tell([id]);
      return true;
    },
    /** @param {Iterable<[string, Saved | undefined]>} entries undefined removes one */
    replace(entries) {
      const all = [...entries].filter(([id]) => !locked.has(id));
      for (const [id, saved] of all) {
        if (saved) marks.set(id, saved);
        else marks.delete(id);
        if (saved) write(id);
        else keys.remove(`topic/${id}`);
      }
      tell([...all.map(([id]) => id), ...move()]);
    },
    /** Forgets every mark, here and in other tabs. Other keys stay. @param {number} now */
    reset(now) {
      keys.set('reset', String(now));
      this.replace([...marks.keys()].map((id) => [id, undefined]));
    },
    /** The topics with a text kept aside that could not be read. */
    unreadable: () => keys.list('corrupt/'),
    /** A small thing beside the marks: `last`, `exported`. */
    setting: keys.get,
    set: keys.set,
    /** A `storage` event: another tab has written. @param {{ key: string | null, newValue: string | null }} event */
    hear({ key, newValue }) {
      if (key === null) return this.refresh();
      if (!key.startsWith(prefix) || (newValue !== null && !parseSaved(newValue ?? ''))) return;
      const id = key.slice(prefix.length);
      take(id, newValue);
      // An older mark of the other tab has overwritten a newer one: both settle on the newer.
      if (newValue !== null && unsaved.has(id)) write(id);
      tell([id, ...move()]);
    },
    /** The page is shown again: what other tabs wrote meanwhile is taken in. */
    refresh() {
      const before = new Map(marks);
      load();
      const ids = new Set([...before.keys(), ...marks.keys()]);
      tell([...ids].filter((id) => before.get(id) !== marks.get(id)));
    },
  };
}

/** @typedef {ReturnType<typeof openStore>} Store */

/** Remembers a choice that holds for all sites of this program, such as the theme. @param {string} name @param {string} value */
export function prefer(name, value) {
  try {
    localStorage.setItem(`roadmap-site/${name}`, value);
  } catch {
    // Storage is refused: the choice holds for this page.
  }
}
