// @ts-check
// `#old-id` leads to where the topic is now: renamed, or moved to another section.
import { loadOutline } from '../outline.js';

/** Goes nowhere from an anchor that the page has. @param {Document} root */
export async function follow(root) {
  const written = location.hash.slice(1);
  const anchor = decode(written);
  // Asked of the document and not of `:target`, which follows the address with a delay.
  if ([written, anchor].some((id) => root.getElementById(id))) return;
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
