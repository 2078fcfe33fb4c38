// @ts-check
// `#old-id` leads to where the topic is now: renamed, or moved to another section.
import { loadOutline } from '../outline.js';

/** @param {Document} root whose address has an anchor that nothing in it has */
export async function follow(root) {
  const anchor = decode(location.hash.slice(1));
  const section = /** @type {HTMLElement | null} */ (root.querySelector('[data-section]'))?.dataset
    .section;
  const moves = new Map(
    root.body.dataset.moves?.split(' ').map((move) => /** @type {[string, string]} */ (move.split('>'))),
  );
  const outline = await loadOutline().catch(() => undefined);
  if (!outline || !anchor) return;
  const { topics } = outline;
  for (const old of [anchor, `${section}/${anchor}`]) {
    let id = old;
    for (let to = moves.get(id); to && !topics.has(id); to = moves.get(id)) id = to;
    const topic = topics.get(id);
    if (topic) return location.replace(topic.url);
  }
}

/** @param {string} text percent-encoded, or not quite */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
