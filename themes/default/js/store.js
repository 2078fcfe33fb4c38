// @ts-check
// The only user of localStorage. One key a topic, so that two tabs never overwrite each other;
// every access may throw; nothing of another's is touched; nothing that cannot be read is lost.
import { formatSaved, parseSaved } from './core/progress.js';

/** @typedef {import('./core/progress.js').Saved} Saved */
/** @typedef {'refused' | 'full' | 'newer' | 'unreadable'} Problem */
/** @typedef {{ site: string, moves?: string[][], area?: () => Storage, report?: (problem: Problem) => void }} Options */

/** @param {Options} options */
export function openStore({ site, moves = [], area = () => localStorage, report = () => {} }) {
  const root = `roadmap-site/${site}/`;
  const prefix = `${root}topic/`;
  /** @type {Map<string, Saved>} */
  const marks = new Map();
  /** Written by a newer version, or unreadable with no room for a copy: never written here. */
  const locked = new Set();
  /** In memory only: the last write failed, or another page removed the key. */
  const unsaved = new Set();
  /** @type {Set<(ids?: string[]) => void>} */
  const listeners = new Set();

  /** @template T @param {() => T} act @returns {T | undefined} */
  const attempt = (act) => {
    try {
      return act();
    } catch {
      return undefined;
    }
  };
  const tell = (/** @type {string[]} */ ids) => listeners.forEach((listener) => listener(ids));
  const resetAt = () => Number(attempt(() => area().getItem(`${root}reset`))) || 0;

  /** @param {string} id */
  const write = (id) => {
    const saved = marks.get(id);
    if (!saved || locked.has(id)) return false;
    try {
      area().setItem(prefix + id, formatSaved(saved));
      unsaved.delete(id);
      return true;
    } catch (error) {
      unsaved.add(id);
      report(isFull(error) ? 'full' : 'refused');
      return false;
    }
  };

  /** Takes in what is saved under an id. @param {string} id @param {string | null | undefined} text */
  const take = (id, text) => {
    const known = marks.get(id);
    if (text === null || text === undefined) {
      if (!known) return;
      if (known.at <= resetAt()) marks.delete(id);
      else unsaved.add(id);
      return;
    }
    const saved = parseSaved(text);
    if (saved === 'newer') locked.add(id);
    else if (!saved) keep(id, text);
    else if (known && known.at > saved.at) unsaved.add(id);
    else {
      marks.set(id, saved);
      locked.delete(id);
    }
  };

  /** Keeps a copy of what cannot be read; without one it is not overwritten. @param {string} id @param {string} text */
  const keep = (id, text) => {
    try {
      let key = `${root}corrupt/${id}`;
      for (let kept = area().getItem(key); kept !== null && kept !== text; kept = area().getItem(key))
        key += '~';
      area().setItem(key, text);
    } catch {
      locked.add(id);
      report('unreadable');
    }
  };

  const keys = () =>
    attempt(() => {
      const storage = area();
      return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
    }) ?? [];

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
      if (!newer || write(to)) attempt(() => area().removeItem(prefix + from));
      moved.push(from, to);
    }
    return moved;
  };

  const load = () => {
    const found = new Set();
    for (const key of keys().filter((key) => key.startsWith(prefix))) {
      const id = key.slice(prefix.length);
      found.add(id);
      take(
        id,
        attempt(() => area().getItem(key)),
      );
    }
    for (const id of [...marks.keys()]) if (!found.has(id)) take(id, null);
    move();
  };

  /** Another page of this origin has cleared the storage: what this one knows is written again. */
  const restore = () => {
    const length = attempt(() => area().length) ?? Infinity;
    if (length >= marks.size) return;
    for (const id of marks.keys())
      if (attempt(() => area().getItem(prefix + id)) === null) take(id, null);
    [...unsaved].forEach(write);
  };

  load();
  return {
    /** @type {import('./core/progress.js').Marks} */
    marks,
    /** @param {(ids?: string[]) => void} listener called with the ids that changed */
    listen: (listener) => void listeners.add(listener),
    /**
     * Changes one topic; `next` gets what is saved now, in whatever tab. False if it may not be.
     * @param {string} id
     * @param {(before: Saved | undefined) => Saved | undefined} next
     */
    change(id, next) {
      const text = attempt(() => area().getItem(prefix + id));
      if (text !== undefined) take(id, text);
      if (locked.has(id)) {
        report('newer');
        return false;
      }
      const saved = next(marks.get(id));
      if (!saved) return false;
      marks.set(id, saved);
      write(id);
      restore();
      [...unsaved].forEach(write);
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
        else attempt(() => area().removeItem(prefix + id));
      }
      tell([...all.map(([id]) => id), ...move()]);
    },
    /** Forgets every mark, here and in other tabs. Other keys stay. @param {number} now */
    reset(now) {
      attempt(() => area().setItem(`${root}reset`, String(now)));
      this.replace([...marks.keys()].map((id) => [id, undefined]));
    },
    /** Ids whose saved text could not be read. */
    unreadable: () =>
      keys()
        .filter((key) => key.startsWith(`${root}corrupt/`))
        .map((key) => key.slice(root.length + 8)),
    /** A small thing beside the marks: `last`, `exported`. @param {string} name */
    setting: (name) => attempt(() => area().getItem(root + name)) ?? undefined,
    /** @param {string} name @param {string} value */
    set: (name, value) => attempt(() => area().setItem(root + name, value)),
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
      load();
      tell([...marks.keys()]);
    },
  };
}

/** @typedef {ReturnType<typeof openStore>} Store */

/** Firefox and older browsers have names and codes of their own. @param {any} error */
function isFull(error) {
  return /quota/i.test(error?.name ?? '') || error?.code === 22 || error?.code === 1014;
}

/** Remembers a choice that holds for all sites of this program, such as the theme. @param {string} name @param {string} value */
export function prefer(name, value) {
  try {
    localStorage.setItem(`roadmap-site/${name}`, value);
  } catch {
    // Storage is refused: the choice holds for this page.
  }
}
