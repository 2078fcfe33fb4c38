// @ts-check
// Finds topics by any part of their title, headings, text or names in code. All words must occur;
// a title counts more than a body. Substrings, not words: Chinese has none to cut at. Pure.

/** @typedef {[section: number, anchor: string, title: string, text: string, names: string, headings: [string, string][]]} Row of `search.json` */
/** @typedef {{ url: string, title: string, place: string, text: string, folded: { title: string, text: string, names: string, headings: string[] }, headings: [string, string][] }} Entry */
/** @typedef {{ url: string, title: string, place: string, excerpt: string, score: number }} Result */

const EXCERPT = 72;
/** Below this share of a Chinese word's pairs of characters, a title is not a near hit. */
const NEAR = 0.5;

/** Full-width letters are letters, capitals are small. @param {string} text */
export const fold = (text) => text.normalize('NFKC').toLowerCase();

/** @param {{ sections: [string, string][], records: Row[] }} index @returns {Entry[]} */
export function prepare({ sections, records }) {
  return records.map(([section, anchor, title, text, names, headings]) => {
    const [place, path] = sections[section];
    const folded = {
      title: fold(title),
      text: fold(text),
      names: fold(names),
      headings: headings.map(([, heading]) => fold(heading)),
    };
    const url = `${path}/${anchor && `#${anchor}`}`;
    return {
      url,
      title,
      place: anchor ? place : '',
      text,
      folded,
      headings: headings.map(([id, heading]) => [`${path}/#${id}`, heading]),
    };
  });
}

/**
 * @param {Entry[]} entries
 * @param {string} query
 * @returns {Result[]} best first
 */
export function search(entries, query, count = 20) {
  const words = [...new Set(fold(query).split(/\s+/).filter(Boolean))];
  if (words.length === 0) return [];
  const exact = rank(entries, words, scoreWord);
  const found = exact.length > 0 ? exact : rank(entries, words, scoreNear);
  return found
    .slice(0, count)
    .map(({ entry, score }) => ({
      ...lead(entry, words),
      place: entry.place,
      excerpt: excerpt(entry, words),
      score,
    }));
}

/** @param {Entry[]} entries @param {string[]} words @param {(entry: Entry, word: string) => number} scoreOf */
function rank(entries, words, scoreOf) {
  const found = [];
  for (const entry of entries) {
    let score = 0;
    for (const word of words) {
      const one = scoreOf(entry, word);
      score = one === 0 ? -Infinity : score + one;
      if (one === 0) break;
    }
    if (score > 0) found.push({ entry, score });
  }
  return found.sort(
    (one, other) => other.score - one.score || one.entry.title.length - other.entry.title.length,
  );
}

/** @param {Entry} entry @param {string} word */
function scoreWord({ folded, place }, word) {
  let score = 0;
  const at = folded.title.indexOf(word);
  if (at >= 0) {
    const whole = isWhole(folded.title, at, word);
    score +=
      100 +
      (folded.title === word ? 100 : 0) +
      (at === 0 ? 30 : 0) +
      (whole ? 40 : 0) +
      20 * (word.length / folded.title.length);
    // Of two equal titles the section leads, then its topics.
    score += place ? 0 : 10;
  }
  if (folded.headings.some((heading) => heading.includes(word))) score += 30;
  if (folded.names.includes(word)) score += folded.names.split(' ').includes(word) ? 20 : 8;
  const times = countOf(folded.text, word);
  return score + 15 * (times / (times + 1.5));
}

/** Whether a Latin word stands alone; Chinese always does. @param {string} text @param {number} at @param {string} word */
function isWhole(text, at, word) {
  const joins = /[a-z0-9_]/;
  return (
    !(joins.test(word[0]) && joins.test(text[at - 1] ?? '')) &&
    !(joins.test(word.at(-1) ?? '') && joins.test(text[at + word.length] ?? ''))
  );
}

/** Up to nine times: more say nothing more. @param {string} text @param {string} word */
function countOf(text, word) {
  let count = 0;
  for (let at = text.indexOf(word); at >= 0 && count < 9; at = text.indexOf(word, at + word.length))
    count += 1;
  return count;
}

/**
 * Nothing has the word itself: a title with most of a Chinese word's pairs of characters will do.
 * A text will not: a long one has the pairs of anything.
 * @param {Entry} entry @param {string} word
 */
function scoreNear(entry, word) {
  const exact = scoreWord(entry, word);
  if (exact > 0 || !/\p{sc=Han}/u.test(word)) return exact;
  const pairs = Array.from({ length: word.length - 1 }, (_, index) => word.slice(index, index + 2));
  const share = pairs.filter((pair) => entry.folded.title.includes(pair)).length / pairs.length;
  return pairs.length > 1 && share >= NEAR ? 10 * share : 0;
}

/** A word that only a heading inside the lesson has leads to that heading. @param {Entry} entry @param {string[]} words */
function lead({ url, title, folded, headings }, words) {
  const index = words.some((word) => folded.title.includes(word))
    ? -1
    : folded.headings.findIndex((heading) => words.every((word) => heading.includes(word)));
  return index < 0
    ? { url, title }
    : { url: headings[index][0], title: `${title} › ${headings[index][1]}` };
}

/** The text around the first hit; its beginning if the hit is elsewhere. @param {Entry} entry @param {string[]} words */
function excerpt({ text, folded }, words) {
  const hits = words.map((word) => folded.text.indexOf(word)).filter((at) => at >= 0);
  const at = hits.length ? Math.min(...hits) : 0;
  const start = at < 24 ? 0 : at - 16;
  const cut = text.slice(start, start + EXCERPT);
  return cut && `${start > 0 ? '…' : ''}${cut}${start + EXCERPT < text.length ? '…' : ''}`;
}

/**
 * A text in pieces, those that the query hits marked.
 * @param {string} text
 * @param {string} query
 * @returns {{ text: string, hit: boolean }[]}
 */
export function pieces(text, query) {
  const folded = fold(text);
  const words = fold(query).split(/\s+/).filter(Boolean);
  // Folding changes the length of a few characters (㎏): then nothing is marked.
  if (folded.length !== text.length || words.length === 0) return [{ text, hit: false }];
  const hit = new Array(text.length).fill(false);
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length))
      hit.fill(true, at, at + word.length);
  }
  /** @type {{ text: string, hit: boolean }[]} */
  const found = [];
  [...text.split('')].forEach((character, index) => {
    const last = found.at(-1);
    if (last && last.hit === hit[index]) last.text += character;
    else found.push({ text: character, hit: hit[index] });
  });
  return found;
}
