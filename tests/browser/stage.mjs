// What a test file stands on: one browser and the sites it asks for, all gone after its last test.
import { after } from 'node:test';
import { launch, open } from './browser.mjs';
import { serve } from './server.mjs';
import { build, clean, pages } from './sites.mjs';

/** `open(options)` opens a tab, `host(root, base)` builds a project and serves it under `base`. */
export async function stage() {
  const browser = await launch();
  const servers = [];
  after(async () => {
    await browser.close();
    await Promise.all(servers.map((server) => server.close()));
    await clean();
  });
  const host = async (root, base = '/') => {
    const folder = await build(root, base);
    const server = await serve(folder, base);
    servers.push(server);
    return { folder, base, url: server.url, origin: server.origin, ...(await pages(folder)) };
  };
  return { open: (options) => open(browser, options), host };
}
