// What the learner's tests share: marks put into a browser before its pages load, and read back.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const DAY = 86_400_000;

/** Keys of a site's storage. */
export const key = (site, id) => `roadmap-site/${site}/topic/${id}`;

export function saved(mark, extra = {}) {
  const at = Date.now() - 5 * DAY;
  return JSON.stringify({ v: 1, mark, at, step: 0, due: at + DAY, hash: 'h', ...extra });
}

/** A script for `open({ script })`: fills the storage once, before the first page. */
export function seed(items) {
  return `if (!sessionStorage.seeded) {
    sessionStorage.seeded = '1';
    for (const [key, value] of Object.entries(${JSON.stringify(items)})) localStorage.setItem(key, value);
  }`;
}

/** All that a tab's origin has saved. */
export const stored = (tab) => tab.evaluate(() => Object.fromEntries(Object.entries(localStorage).sort()));

/** The marks among it, by topic id. */
export async function marksOf(tab, site) {
  const prefix = key(site, '');
  const all = Object.entries(await stored(tab)).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(all.map(([name, text]) => [name.slice(prefix.length), JSON.parse(text).mark]));
}

/** Every topic of a built site, from its `roadmap.json`. */
export async function topicsOf(site) {
  const outline = JSON.parse(await readFile(join(site.folder, 'roadmap.json'), 'utf8'));
  const topics = outline.sections.flatMap((section) => section.levels.flatMap(({ topics }) => topics));
  return { id: outline.site, topics };
}

/** The control of a topic in the page: `mark(tab, 'closure', 'mastered')`. */
export const control = (tab, id, kind) => tab.locator(`[data-topic="${id}"] [data-set="${kind}"]`);
