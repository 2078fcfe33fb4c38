// Pictures of every kind of page at 360, 768 and 1440 px, light and dark, to look at:
// `node tests/browser/screenshots.mjs FOLDER`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, open, visit } from './browser.mjs';
import { serve } from './server.mjs';
import { FIXTURE, REFERENCE, build, clean } from './sites.mjs';

const PAGES = [
  ['map', REFERENCE, ''],
  ['lesson', REFERENCE, 'decorators/'],
  ['section', REFERENCE, 'basics/'],
  ['not-found', REFERENCE, '404.html'],
  ['everything', FIXTURE, 'everything/'],
  ['long', FIXTURE, 'long/'],
  ['many', FIXTURE, 'many/'],
];

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node screenshots.mjs FOLDER');
  process.exit(2);
}
await mkdir(folder, { recursive: true });

const servers = new Map();
for (const root of [REFERENCE, FIXTURE]) servers.set(root, await serve(await build(root)));
const browser = await launch();
for (const theme of ['light', 'dark']) {
  for (const width of [360, 768, 1440]) {
    const height = width === 360 ? 740 : 900;
    const tab = await open(browser, { theme, width, height });
    const take = (name, options) => (
      tab.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`), ...options }));
    for (const [name, root, page] of PAGES) {
      await visit(tab, servers.get(root).url + page);
      await take(name);
      await take(`${name}-whole`, { fullPage: true });
    }
    await visit(tab, `${servers.get(REFERENCE).url}decorators/#closure`);
    await take('lesson-closure');
    const menu = tab.locator('header [popovertarget]');
    if (await menu.isVisible()) {
      await menu.click();
      await take('drawer');
    }
    await tab.close();
  }
}
await browser.close();
await Promise.all([...servers.values()].map((server) => server.close()));
await clean();
