// @ts-check
// `roadmap.json`, fetched when first needed: every topic of the site with its place and hash.

/** @typedef {{ id: string, title: string, url: string, hash: string, section: string, level: string, position: number | null }} Topic */
/** @typedef {{ id: string, title: string, position: number }} Gone a published id that no topic has now */
/** @typedef {{ topics: Map<string, Topic>, gone: Map<string, Gone>, sections: Map<string, string>, root: string }} Outline */

/** @type {Promise<Outline> | undefined} */
let loading;

/** @returns {Promise<Outline>} rejects if it cannot be fetched; the next call tries again */
export function loadOutline() {
  loading ??= fetchOutline().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function fetchOutline() {
  const address = new URL(document.body.dataset.outline ?? 'roadmap.json', document.baseURI);
  const response = await fetch(address, { cache: 'no-cache' });
  if (!response.ok) throw new Error(`outline: ${response.status}`);
  const outline = await response.json();
  const root = new URL('.', address).href;
  /** @type {Map<string, Topic>} */
  const topics = new Map();
  const sections = new Map();
  for (const section of outline.sections) {
    sections.set(section.id, section.title);
    for (const level of section.levels) {
      for (const topic of level.topics) {
        topics.set(topic.id, {
          ...topic,
          url: root + topic.url,
          section: section.id,
          level: level.title ?? '',
        });
      }
    }
  }
  const gone = new Map(outline.gone.map((/** @type {Gone} */ entry) => [entry.id, entry]));
  return { topics, gone, sections, root };
}
