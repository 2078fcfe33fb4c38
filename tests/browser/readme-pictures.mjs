// The pictures in README.md, of the reference site as it is now:
// `node tests/browser/readme-pictures.mjs` after a change of looks, then look at them.
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, open, visit } from './browser.mjs';
import { serve } from './server.mjs';
import { REFERENCE, build, clean } from './sites.mjs';

const BYTES_MAX = 150_000;
const folder = join(REFERENCE, '.github/screenshots');

/** Marks as a learner has them in the middle of the road. */
function learner() {
  const day = 86_400_000;
  fetch(new URL('../roadmap.json', location.href)).then((answer) => answer.json()).then(({ sections }) => {
    const topics = sections.slice(0, 5).flatMap((section) => section.levels.flatMap((level) => level.topics));
    topics.forEach(({ id, hash }, index) => {
      const turn = index % 12;
      const mark = ['mastered', 'mastered', 'weak', 'mastered', undefined, 'mastered'][turn % 6];
      if (!mark) return;
      const at = Date.now() - day;
      const value = { v: 1, mark, at, step: 2, due: at + (turn % 3) * 7 * day, hash };
      localStorage.setItem(`roadmap-site/${document.body.dataset.site}/topic/${id}`, JSON.stringify(value));
    });
    document.documentElement.dataset.seeded = '';
  });
}

await mkdir(folder, { recursive: true });
const server = await serve(await build(REFERENCE, '/'));
const browser = await launch();
const pictures = [
  ['map', '', { width: 1200, height: 720, theme: 'light' }],
  ['lesson', 'decorators/#closure', { width: 1080, height: 640, theme: 'light' }],
  ['lesson-dark', 'decorators/#closure', { width: 1080, height: 640, theme: 'dark' }],
  ['today', 'today/', { width: 1080, height: 640, theme: 'light' }],
];
for (const [name, page, options] of pictures) {
  const tab = await open(browser, options);
  await visit(tab, `${server.url}basics/`);
  await tab.evaluate(learner);
  await tab.waitForSelector('[data-seeded]', { state: 'attached' });
  await visit(tab, server.url + page);
  await tab.waitForLoadState('networkidle');
  const path = join(folder, `${name}.png`);
  await tab.screenshot({ path });
  const { size } = await stat(path);
  console.log(`${name}.png: ${size} bytes`);
  if (size > BYTES_MAX) process.exitCode = 1;
  await tab.close();
}
await browser.close();
await server.close();
await clean();
