// What a learner waits for: a mark on a site of 10,000 topics, a keystroke in the search of the
// whole site. From the event to the new layout, 16 ms: a frame. A busy machine stretches what it
// interrupts, so the quicker quarter of the rounds counts; the median is told.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { visit } from './browser.mjs';
import { DAY, key, saved, seed, topicsOf } from './learner.mjs';
import { REFERENCE } from './sites.mjs';
import { stage } from './stage.mjs';

const FRAME_MS = 16;
const ROUNDS = 15;

const { open, host } = await stage();
const root = await mkdtemp(join(tmpdir(), 'roadmap-site-large-'));
after(() => rm(root, { recursive: true }));
await mkdir(join(root, 'content'));
await writeFile(join(root, 'site.toml'), 'id = "large"\ntitle = "一万个知识点"\n');
await writeFile(join(root, 'content/index.md'), '# 一万个知识点\n');
for (let n = 1; n <= 100; n += 1) {
  const topics = Array.from({ length: 100 }, (_, k) => `### 知识点 ${n}.${k} {#t-${n}-${k}}\n\n讲解 ${n * k}。\n`);
  await writeFile(join(root, `content/${String(n).padStart(3, '0')}-part-${n}.md`), `# 第 ${n} 部分\n\n## 基础\n\n${topics.join('\n')}`);
}
const large = await host(root);
const { id, topics } = await topicsOf(large);
const items = Object.fromEntries(topics.map((topic, n) => [
  key(id, topic.id), saved(['mastered', 'weak', 'skipped', 'none'][n % 4], { due: Date.now() + (n % 9) * DAY }),
]));

const sorted = (times) => times.toSorted((one, other) => one - other);
const median = (times) => sorted(times)[Math.floor(times.length / 2)];
const quick = (times) => sorted(times)[Math.floor(times.length / 4)];

/** Milliseconds of each of `ROUNDS` events, to the new layout. `act` runs in the page. */
const measure = (tab, prepare, act, argument) => tab.evaluate(async ([prepare, act, rounds, argument]) => {
  const [ready, run] = [prepare, act].map((text) => (0, eval)(`(${text})`));
  const times = [];
  for (let n = 0; n < rounds; n += 1) {
    const target = await ready(n, argument);
    await new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); });
    const start = performance.now();
    run(target, n, argument);
    document.body.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  return times;
}, [String(prepare), String(act), ROUNDS, argument]);

const box = async (n) => {
  const boxes = document.querySelectorAll('[data-topic] [data-set=mastered]');
  const target = boxes[(n * 371 + 5) % boxes.length];
  target.scrollIntoView({ block: 'center' });
  await new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); });
  return target;
};

for (const page of ['progress/', 'part-50/']) {
  test(`${page} of 10,000 topics: a mark is shown within a frame`, async (context) => {
    const tab = await open({ script: seed(items), bypassCSP: true });
    await visit(tab, large.url + page);
    const times = await measure(tab, box, (target) => target.click());
    context.diagnostic(`${page}: median ${median(times).toFixed(1)} ms of ${times.map(Math.round)}`);
    assert.ok(quick(times) < FRAME_MS, `${times.map(Math.round)} ms`);
    await tab.close();
  });
}

test('the map of 10,000 topics: a mark from another tab is shown within a frame', async (context) => {
  const tab = await open({ script: seed(items), bypassCSP: true });
  await visit(tab, large.url);
  const times = await measure(tab, (n, { prefix }) => ({ key: `${prefix}t-${n + 1}-7`, newValue: JSON.stringify({ v: 1, mark: 'weak', at: Date.now(), step: 0, due: 0 }) }), (init) => {
    dispatchEvent(new StorageEvent('storage', init));
  }, { prefix: key(id, '') });
  context.diagnostic(`map: median ${median(times).toFixed(1)} ms of ${times.map(Math.round)}`);
  assert.ok(quick(times) < FRAME_MS, `${times.map(Math.round)} ms`);
  await tab.close();
});

test('search: a keystroke shows its results within a frame, on the whole site', async (context) => {
  const site = await host(REFERENCE);
  const tab = await open({ bypassCSP: true });
  await visit(tab, site.url);
  await tab.keyboard.press('/');
  await tab.locator('dialog.search input').fill('闭包');
  await tab.locator('[role=option]').first().waitFor();
  const times = await measure(tab, (n, queries) => {
    const input = document.querySelector('dialog.search input');
    input.value = queries[n % queries.length];
    return input;
  }, (input) => input.dispatchEvent(new Event('input')), ['a', 'p', 'py', 'python', '的', '函数', '装饰', '装饰器 类', 'e', '没有这样的词呀']);
  context.diagnostic(`search: median ${median(times).toFixed(1)}, slowest ${Math.max(...times).toFixed(1)} ms`);
  assert.ok(quick(times) < FRAME_MS, `${times.map(Math.round)} ms`);
  await tab.close();
});
