// A section's old addresses lead to it, with the fragment; so do the ids a topic had before.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './browser.mjs';
import { FIXTURE } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const site = await host(FIXTURE, '/repo/');
const aliases = ['old/everything.html', 'everything-old/', encodeURI('旧地址/')];

test('every alias has its page', () => assert.deepEqual(site.redirects.toSorted(), aliases.toSorted()));

for (const alias of aliases) {
  test(`${decodeURI(alias)} leads on and keeps the fragment`, async () => {
    const tab = await open();
    await tab.goto(site.url);
    await tab.goto(`${site.url}${alias}#tables`);
    await tab.waitForURL(`${site.url}everything/#tables`);
    await tab.waitForFunction(() => document.querySelector('#tables:target') !== null);
    await tab.waitForLoadState('load');
    // Back leads to where the reader was, not to the redirect and on again.
    await tab.goBack();
    await tab.waitForURL(site.url);
    assert.deepEqual(tab.problems, []);
    await tab.close();
  });

  test(`${decodeURI(alias)} leads on without JavaScript`, async () => {
    const tab = await open({ javaScriptEnabled: false });
    await tab.goto(site.url + alias, { waitUntil: 'commit' });
    await tab.waitForURL(`${site.url}everything/`);
    await tab.close();
  });
}

test('the page in between is accessible and links to the new address', async () => {
  for (const theme of ['light', 'dark']) {
    const tab = await open({ theme, width: 320 });
    await tab.route('**/redirect.js*', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
    await tab.goto(`${site.url}${aliases[0]}`);
    assert.deepEqual(await violations(tab), []);
    await tab.locator('main a').click();
    await tab.waitForURL(`${site.url}everything/`);
    await tab.close();
  }
});

test('an id that a topic had before leads to the topic', async () => {
  const tab = await open();
  await tab.goto(`${site.url}everything/#old-links`);
  await tab.waitForFunction(() => {
    const { top } = document.querySelector('[data-topic="links"]').getBoundingClientRect();
    return top >= 0 && top < innerHeight / 2;
  });
  assert.deepEqual(tab.problems, []);
  await tab.close();
});
