// @ts-check
// This page's contents follow the scroll: the last heading above a line in the window is current.
// The line stands at a third, and sinks to the foot of the window with the page's end, so that
// the last headings get their turn too.
/** @param {Document} root @param {AbortSignal} signal */
export function startContents(root, signal) {
  const contents = root.querySelector('[data-contents]');
  if (!(contents instanceof HTMLElement)) return;

  const links = [...contents.querySelectorAll('a')];
  const targets = links.map(({ hash }) => {
    const target = root.getElementById(decodeURIComponent(hash.slice(1)));
    if (!target) throw new Error(`contents: nothing has the id of \`${hash}\``);
    return target;
  });
  /** @type {HTMLAnchorElement | undefined} */
  let current;
  let waiting = false;

  // The topic that was asked for counts until the reader scrolls, however short it is.
  let asked = links.findIndex(({ hash }) => hash === location.hash);
  const jump = () => {
    asked = links.findIndex(({ hash }) => hash === location.hash);
    follow();
  };
  addEventListener('hashchange', jump, { signal });
  for (const act of ['wheel', 'touchmove', 'keydown', 'pointerdown']) {
    addEventListener(act, () => void (asked = -1), { passive: true, signal });
  }

  const follow = () => {
    waiting = false;
    const third = innerHeight / 3;
    const left = root.documentElement.scrollHeight - scrollY - innerHeight;
    const line = Math.max(third, Math.min(innerHeight - left, third + scrollY));
    const passed = targets.findLastIndex((target) => target.getBoundingClientRect().top < line);
    const next = links[asked >= 0 ? asked : passed];
    if (next === current) return;
    current?.removeAttribute('aria-current');
    next?.setAttribute('aria-current', 'location');
    current = next;
    if (!next) return;
    const top = next.getBoundingClientRect().top - contents.getBoundingClientRect().top;
    contents.scrollTop += top - contents.clientHeight / 2;
  };

  addEventListener(
    'scroll',
    () => {
      if (!waiting) requestAnimationFrame(follow);
      waiting = true;
    },
    { passive: true, signal },
  );
  follow();
}
