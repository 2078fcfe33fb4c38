// Every state of the learner's pages, light and dark, narrow and wide: axe, no sideways scroll,
// no layout shift, no problem in the console.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled, sideways, violations, visit } from './browser.mjs';
import { DAY, control, key, saved, seed, topicsOf } from './learner.mjs';
import { REFERENCE } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const site = await host(REFERENCE, '/repo/');
const { id, topics } = await topicsOf(site);
const now = Date.now();

const all = (mark, extra) => Object.fromEntries(topics.map((topic) => [key(id, topic.id), saved(mark, { hash: topic.hash, ...extra })]));
const mixed = Object.fromEntries(topics.map((topic, n) => [key(id, topic.id), saved(['mastered', 'weak', 'skipped', 'none', 'mastered'][n % 5], {
  hash: n % 11 ? topic.hash : 'old', due: now + ((n % 7) - 3) * DAY,
})]));
const STATES = {
  none: {},
  mixed: { ...mixed, [key(id, 'long-gone')]: saved('weak'), [key(id, topics[3].id)]: '{' },
  'all mastered, nothing due': all('mastered', { due: now + 9 * DAY }),
  'all weak': all('weak', { due: now }),
};

/**
 * `page` with these items saved and after `act`, at two widths and in both themes. A theme is
 * colours alone, so in the dark only their contrast is looked at again.
 */
async function assertSound(page, items, act = () => {}) {
  for (const width of [320, 1280]) {
    const tab = await open({ width, script: seed(items) });
    await visit(tab, site.url + page);
    await act(tab);
    await settled(tab);
    const light = [...(await violations(tab)), ...(width === 320 ? await sideways(tab) : [])];
    await tab.emulateMedia({ colorScheme: 'dark' });
    await settled(tab);
    const dark = await violations(tab, ['color-contrast']);
    const faults = [...light, ...dark.map((fault) => `dark: ${fault}`), ...tab.problems]
      // A callout's landmark is the content's own: two notes of one kind in one lesson.
      .filter((fault) => !/landmark-unique/.test(fault));
    assert.deepEqual(faults, [], `at ${width} px`);
    await tab.close();
  }
}

const PAGES = ['', 'decorators/', 'today/', 'progress/'];
const FILTERED = ['?mark=weak', 'progress/?mark=changed'];

for (const [name, items] of Object.entries(STATES)) {
  for (const page of [...PAGES, ...(['none', 'mixed'].includes(name) ? FILTERED : [])]) {
    test(`${page || 'map'} with ${name}`, () => assertSound(page, items, async (tab) => {
      if (page === 'today/') await tab.locator('[data-card], [data-empty]').filter({ visible: true }).first().waitFor();
    }));
  }
}

const [first] = topics.filter(({ url }) => url.startsWith('decorators/'));
const ACTS = {
  'a rated question': ['decorators/', async (tab) => {
    const question = tab.locator(`[data-topic="${first.id}"] .question`).first();
    await question.locator('summary').click();
    await question.locator('[data-rate=forget]').click();
  }],
  'the menu of a mark': ['decorators/', (tab) => tab.locator('.more-marks summary').first().click()],
  'a notice': ['decorators/', async (tab) => {
    await tab.evaluate(() => { Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }; });
    await control(tab, first.id, 'mastered').click();
    await tab.locator('.notice').waitFor();
  }],
  'the keys': ['decorators/', async (tab) => {
    await tab.keyboard.press('?');
    await tab.locator('dialog.keys').waitFor();
  }],
  'a prediction asked for': ['decorators/', async (tab) => {
    await tab.locator('.predict summary').first().click();
    await tab.locator('form textarea').waitFor();
  }],
  'a prediction answered': ['decorators/', async (tab) => {
    await tab.locator('.predict summary').first().click();
    await tab.locator('form textarea').waitFor();
    await tab.keyboard.type('a guess');
    await tab.keyboard.press('Control+Enter');
    await tab.locator('form .rating').waitFor();
  }],
  'a lesson shown': ['today/', async (tab) => {
    await tab.locator('[data-reveal]').click();
    await tab.locator('[data-verdict]').waitFor();
  }],
  'a comparison': ['progress/', async (tab) => {
    const file = { format: 'roadmap-site-progress', v: 1, site: id, topics: topics.map((topic) => ({ id: topic.id, mark: 'mastered', at: now, due: now })) };
    await tab.locator('[data-do=import]:enabled').waitFor();
    await tab.locator('[data-file-input]').setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) });
    await tab.locator('[data-comparison]').waitFor();
    await tab.locator('[data-comparison] summary').click();
  }],
  'a share link': ['progress/', async (tab) => {
    await tab.locator('[data-do=share]').click();
    await tab.locator('[data-share-link]').waitFor();
  }],
  'the question before a reset': ['progress/', (tab) => tab.locator('[data-do=reset]').click()],
};

for (const [name, [page, act]] of Object.entries(ACTS)) {
  test(`${page} with ${name}`, () => assertSound(page, mixed, act));
}

test('a finished sitting', () => {
  const one = { [key(id, first.id)]: saved('weak', { due: now }) };
  return assertSound('today/', one, async (tab) => {
    await tab.locator('[data-reveal]').click();
    await tab.locator('[data-verdict] [data-rate=forget]').click();
    await tab.locator('[data-finished]').waitFor();
  });
});
