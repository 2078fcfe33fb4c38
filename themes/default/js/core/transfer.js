// @ts-check
// Marks to a file and back, and what merging them would do. Pure.
import { toSaved } from './progress.js';

/** @typedef {import('./progress.js').Saved} Saved */
/** @typedef {import('./progress.js').Marks} Marks */
/** @typedef {'not-readable' | 'other-format' | 'newer' | 'other-site' | 'too-big'} Refusal */

export const FORMAT = 'roadmap-site-progress';
export const FILE_VERSION = 1;
export const BYTES_MAX = 8_000_000;
const TOPICS_MAX = 50_000;

/**
 * @param {string} site
 * @param {Marks} marks
 * @param {(id: string) => string | undefined} title
 * @param {number} now
 */
export function formatFile(site, marks, title, now) {
  const topics = [...marks].map(([id, { mark, at, step, due, hash }]) => ({
    id,
    title: title(id),
    mark,
    at,
    step,
    due,
    hash,
  }));
  topics.sort((one, other) => (one.id < other.id ? -1 : 1));
  const head = { format: FORMAT, v: FILE_VERSION, site, exported: new Date(now).toISOString() };
  return `${JSON.stringify({ ...head, topics }, undefined, 1)}\n`;
}

/**
 * Reads an exported file of this or an earlier version.
 * @param {string} site
 * @param {string} text
 * @returns {{ marks: Map<string, Saved>, site?: string } | { refusal: Refusal, site?: string }}
 */
export function parseFile(site, text) {
  if (text.length > BYTES_MAX) return { refusal: 'too-big' };
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    return { refusal: 'not-readable' };
  }
  if (file?.format !== FORMAT || !Number.isInteger(file.v) || !Array.isArray(file.topics))
    return { refusal: 'other-format' };
  if (file.v > FILE_VERSION) return { refusal: 'newer' };
  if (file.site !== site) return { refusal: 'other-site', site: String(file.site) };
  if (file.topics.length > TOPICS_MAX) return { refusal: 'too-big' };
  /** @type {Map<string, Saved>} */
  const marks = new Map();
  for (const topic of file.topics) {
    const saved = toSaved(topic);
    if (saved && isId(topic.id)) marks.set(topic.id, saved);
  }
  return { marks };
}

/** @param {unknown} id @returns {id is string} */
const isId = (id) => typeof id === 'string' && id !== '' && id.length < 500 && !/\s/.test(id);

/**
 * What taking `incoming` in would do; per topic the newer wins.
 * @param {Marks} marks
 * @param {Marks} incoming
 * @param {(id: string) => boolean} known whether the roadmap has the topic
 */
export function compare(marks, incoming, known) {
  /** @type {{ added: string[], changed: string[], kept: string[], unknown: string[] }} */
  const found = { added: [], changed: [], kept: [], unknown: [] };
  for (const [id, theirs] of incoming) {
    const ours = marks.get(id);
    if (ours ? same(ours, theirs) : theirs.mark === 'none') continue;
    if (!ours) found.added.push(id);
    else if (theirs.at > ours.at) found.changed.push(id);
    else if (ours.mark !== theirs.mark || ours.due !== theirs.due) found.kept.push(id);
    else continue;
    if (!known(id)) found.unknown.push(id);
  }
  return found;
}

/** @param {Saved} one @param {Saved} other */
const same = (one, other) =>
  one.mark === other.mark && (other.hash === undefined || one.at === other.at);

/**
 * The entries to write. With `all` the incoming ones win even where they are older.
 * @param {Marks} marks
 * @param {Marks} incoming
 * @param {ReturnType<typeof compare>} found
 * @param {boolean} all
 * @returns {[string, Saved][]}
 */
export function merge(marks, incoming, { added, changed, kept }, all) {
  const newer = [...added, ...changed].map((id) => [id, incoming.get(id)]);
  const older = kept.map((id) => {
    const theirs = incoming.get(id);
    return [id, theirs && { ...theirs, at: Math.max(theirs.at, (marks.get(id)?.at ?? 0) + 1) }];
  });
  return /** @type {[string, Saved][]} */ (all ? [...newer, ...older] : newer);
}

/**
 * A list for reading and for other programs.
 * @param {{ title: string, topics: { id: string, title: string }[] }[]} sections
 * @param {Marks} marks
 * @param {Record<'weak' | 'skipped', string>} words
 */
export function formatList(sections, marks, words) {
  const line = (/** @type {{ id: string, title: string }} */ { id, title }) => {
    const mark = marks.get(id)?.mark ?? 'none';
    const note = mark === 'weak' || mark === 'skipped' ? ` — ${words[mark]}` : '';
    return `- [${mark === 'mastered' ? 'x' : ' '}] ${title}${note}\n`;
  };
  return sections.map(({ title, topics }) => `## ${title}\n\n${topics.map(line).join('')}`).join('\n');
}
