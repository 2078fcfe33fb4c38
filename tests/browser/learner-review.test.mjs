// 今日 and the questions in lessons: what is asked, what an answer does, and that it ends.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { settled, visit } from './browser.mjs';
import { DAY, key, marksOf, saved, seed, stored, topicsOf } from './learner.mjs';
import { FIXTURE, REFERENCE } from './sites.mjs';
import { stage } from './stage.mjs';

const { open, host } = await stage();
const site = await host(REFERENCE, '/repo/');
const { id, topics } = await topicsOf(site);
const now = Date.now();
const today = `${site.url}today/`;
const [closure] = topics.filter(({ url }) => url.startsWith('decorators/'));
const read = async (tab, topic) => JSON.parse((await stored(tab))[key(id, topic.id)]);

/** The reference site before its last section had lessons. */
async function withBareTopics() {
  const root = await mkdtemp(join(tmpdir(), 'roadmap-site-bare-'));
  after(() => rm(root, { recursive: true }));
  for (const name of ['site.toml', 'content']) await cp(join(REFERENCE, name), join(root, name), { recursive: true });
  const path = join(root, 'content/17-security.md');
  const titles = (await readFile(path, 'utf8')).match(/^### .*/gm);
  await writeFile(path, `# 安全与最佳实践\n\n## 基础\n\n${titles.map((title) => title.replace('###', '-')).join('\n')}\n`);
  return root;
}

test('a sitting by keyboard: due first, then weak, and an end that says what comes tomorrow', async () => {
  const site = await host(await withBareTopics(), '/repo/');
  const bare = (await topicsOf(site)).topics.filter(({ hash }) => !hash).slice(0, 2);
  const items = {
    [key(id, closure.id)]: saved('mastered', { at: now - 4 * DAY, step: 1, due: now - DAY }),
    [key(id, bare[0].id)]: saved('weak', { due: now }),
    [key(id, bare[1].id)]: saved('mastered', { due: now + 30 * DAY }),
  };
  const tab = await open({ script: seed(items) });
  await visit(tab, `${site.url}today/`);
  const title = tab.locator('[data-title]');
  await title.waitFor();
  assert.equal(await title.innerText(), closure.title);
  assert.equal(await tab.locator('[data-left-count]').innerText(), '还有 2 个');
  assert.ok(await tab.locator('[data-questions] .question-title').first().isVisible(), 'the question first');
  assert.equal(await tab.locator('[data-lesson]').isVisible(), false);
  assert.equal(await tab.locator('[data-verdict]').isVisible(), false);
  await tab.keyboard.press('1');
  assert.equal((await read(tab, closure)).step, 1, 'no answer before the lesson is shown');

  await tab.keyboard.press('Space');
  assert.ok(await tab.locator('[data-lesson]').isVisible());
  assert.ok(await tab.locator('[data-questions] .answer').first().isVisible());
  await tab.keyboard.press('1');
  await tab.waitForFunction((title) => document.querySelector('[data-title]').textContent === title, bare[0].title);
  const remembered = await read(tab, closure);
  assert.deepEqual([remembered.mark, remembered.step], ['mastered', 2]);
  assert.ok(Math.abs(remembered.due - Date.now() - 7 * DAY) < 60_000);

  assert.equal(await tab.locator('[data-why]').innerText(), '薄弱');
  assert.equal(await tab.evaluate(() => document.activeElement.matches('[data-title]')), true);
  await tab.keyboard.press('Space');
  await tab.keyboard.press('2');
  await tab.locator('[data-finished]').waitFor();
  const forgotten = await read(tab, bare[0]);
  assert.deepEqual([forgotten.mark, forgotten.step], ['weak', 0]);
  const text = await tab.locator('[data-finished]').innerText();
  assert.match(text, /记得 1 个，忘了 1 个/);
  assert.match(text, /明天有 1 个/);
  assert.ok(text.includes(bare[0].title), 'what was forgotten can be opened');
  await tab.reload();
  await tab.locator('[data-empty]').waitFor();
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('by mouse; the lesson is whole, its links lead where they led', async () => {
  const tab = await open({ script: seed({ [key(id, closure.id)]: saved('weak', { due: now }) }) });
  await visit(tab, today);
  await tab.locator('[data-reveal]').click();
  const lesson = tab.locator('[data-lesson]');
  assert.ok(await lesson.locator('.example').count() > 0);
  assert.ok(await lesson.locator('[data-copy-button]').count() > 0);
  const links = await lesson.locator('a').evaluateAll((all) => all.map((link) => link.href));
  assert.ok(links.some((link) => link === `${site.url}basics/#legb`), links.join(' '));
  assert.deepEqual(await lesson.locator('[id]').count(), 0);
  await tab.locator('[data-verdict] [data-rate=remember]').click();
  await tab.locator('[data-finished]').waitFor();
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('nothing marked yet: what this page is for, and where to go', async () => {
  const tab = await open();
  await tab.route('**/roadmap.json', (route) => route.abort()); // it takes no outline to say so
  await visit(tab, today);
  await tab.locator('[data-empty]').waitFor();
  assert.match(await tab.locator('[data-empty]').innerText(), /标上「掌握」/);
  await tab.locator('[data-empty] a').click();
  await tab.waitForURL(site.url);
  await tab.close();
});

test('nothing due: when something will be', async () => {
  const tab = await open({ script: seed({ [key(id, closure.id)]: saved('mastered', { due: now + 10 * DAY }) }) });
  await visit(tab, today);
  await tab.locator('[data-empty]').waitFor();
  assert.match(await tab.locator('[data-empty]').innerText(), /下一次在 \d+月\d+日，有 1 个/);
  await tab.close();
});

test('a sitting has twelve topics, the next one is offered', async () => {
  const items = Object.fromEntries(topics.slice(0, 20).map((topic) => [key(id, topic.id), saved('mastered', { due: now - DAY })]));
  const tab = await open({ script: seed(items) });
  await visit(tab, today);
  await tab.locator('[data-title]').waitFor();
  let places = [];
  for (let left = 12; left > 0; left -= 1) {
    await tab.waitForFunction((text) => document.querySelector('[data-left-count]').textContent === text, `还有 ${left} 个`);
    places.push(await tab.locator('[data-place]').innerText());
    await tab.locator('[data-reveal]').click();
    await tab.keyboard.press('1');
  }
  assert.ok(places.slice(1).filter((place, index) => place === places[index]).length <= 2, `mixed: ${places}`);
  await tab.locator('[data-again]').click();
  await tab.waitForFunction(() => document.querySelector('[data-left-count]').textContent === '还有 8 个');
  await tab.close();
});

test('without the network the page says so, and marks are safe', async () => {
  const tab = await open({ script: seed({ [key(id, closure.id)]: saved('weak', { due: now }) }) });
  await tab.route('**/roadmap.json*', (route) => route.abort());
  await visit(tab, today);
  await tab.waitForFunction(() => /没能载入/.test(document.querySelector('[data-loading]').textContent));
  assert.deepEqual(await marksOf(tab, id), { [closure.id]: 'weak' });
  await tab.close();
});

test('a lesson that cannot be had is told, the topic can be answered all the same', async () => {
  const tab = await open({ script: seed({ [key(id, closure.id)]: saved('weak', { due: now }) }) });
  await tab.route('**/decorators/', (route) => route.abort());
  await visit(tab, today);
  await tab.locator('[data-reveal]').click();
  assert.match(await tab.locator('[data-lesson]').innerText(), /没能载入/);
  await tab.locator('[data-verdict] [data-rate=forget]').click();
  await tab.locator('[data-finished]').waitFor();
  await tab.close();
});

test('a question in a lesson feeds the review of its topic', async () => {
  const tab = await open();
  await visit(tab, `${site.url}decorators/`);
  const question = tab.locator(`[data-topic="${closure.id}"] .question`).first();
  await question.locator('summary').click();
  await question.locator('[data-rate=forget]').click();
  assert.deepEqual(await marksOf(tab, id), { [closure.id]: 'weak' });
  assert.match(await question.locator('.rating').innerText(), /明天再问/);
  await question.locator('[data-rate=remember]').click();
  assert.deepEqual(await marksOf(tab, id), { [closure.id]: 'weak' }, 'the answer is in view: no evidence');
  assert.equal(await tab.locator(`[data-topic="${closure.id}"]`).getAttribute('data-mark'), 'weak');
  assert.deepEqual(tab.problems, []);
  await tab.close();
});

test('every question of the fixture can be rated', async () => {
  const fixture = await host(FIXTURE, '/');
  const tab = await open();
  await visit(tab, `${fixture.url}everything/`);
  const questions = tab.locator('.question');
  for (let n = 0; n < await questions.count(); n += 1) {
    await questions.nth(n).locator('> details > summary').click();
    await questions.nth(n).locator('.rating').waitFor();
  }
  await settled(tab);
  assert.deepEqual(tab.problems, []);
  await tab.close();
});
