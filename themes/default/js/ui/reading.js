// @ts-check
// Remembers the topic that was being read when the page is left, for 继续 on the map.

/** @param {Document} root @param {import('../store.js').Store} store */
export function startReading(root, store) {
  const topics = /** @type {HTMLElement[]} */ ([...root.querySelectorAll('article .topic')]);
  if (topics.length === 0) return;

  const { signal } = store;
  const remember = () => {
    const topic = topics.findLast((topic) => topic.getBoundingClientRect().top < innerHeight / 3);
    const title = topic?.querySelector('h3')?.textContent;
    if (topic && title)
      store.set('last', JSON.stringify({ v: 1, id: topic.dataset.topic, anchor: topic.id, title }));
  };
  addEventListener('pagehide', remember, { signal });
  root.addEventListener(
    'visibilitychange',
    () => {
      if (root.visibilityState === 'hidden') remember();
    },
    { signal },
  );
}
