// The preview over a long day: rebuilds without end, saves that break and mend the content, and
// the hours in which nobody writes.
//
//     node tests/bench/endurance.mjs [--rebuilds 10000] [--broken 1000] [--idle 60]
//
// Prints the resident memory as the rebuilds go on, what was answered meanwhile, and the share of
// a core that an idle server takes, with a page's stream of events open. Linux, for `/proc`.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { preview, project } from '../browser/preview.mjs';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const REBUILDS = option('rebuilds', 10_000);
const BROKEN = option('broken', 1000);
const IDLE_S = option('idle', 60);
const SECTIONS = 20;
const TICKS_PER_S = 100;

const topics = (n, words) => Array.from({ length: 9 }, (_, index) => (
  `### Topic ${index} {#s${n}-t${index}}\n\n${words} ${index}.\n\n\`\`\`python\nprint("${words}", ${index})\n\`\`\`\n`)).join('\n');
const section = (n, words) => `# Section ${n}\n\n## Level\n\n${topics(n, words)}`;
const name = (n) => `content/${String(n).padStart(2, '0')}-s${n}.md`;

const files = Object.fromEntries(
  Array.from({ length: SECTIONS }, (_, index) => [name(index + 1), section(index + 1, 'first')]),
);
const author = await project({ 'site.toml': 'id = "endurance"\ntitle = "Endurance"\n', ...files });
const server = await preview(author.root);

/** The states that the server tells of, one after another. It ends a stream after ten minutes. */
async function* states() {
  for (let last = -1; ;) {
    for await (const state of stream()) {
      if (state.generation > last) yield state;
      last = state.generation;
    }
  }
}

async function* stream() {
  const response = await fetch(new URL('assets/.live/events', server.url));
  let text = '';
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const events = text.split('\n\n');
      text = events.pop();
      for (const event of events) {
        const data = event.split('\n').find((line) => line.startsWith('data: '));
        if (data) yield JSON.parse(data.slice('data: '.length));
      }
    }
  } catch (error) {
    if (error.message !== 'terminated') throw error;
  }
}
const told = states();
const next = async () => (await told.next()).value;
await next();

const memory_mb = async () => {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  return Number(status.match(/VmRSS:\s+(\d+)/)[1]) / 1024;
};
const cpu_s = async () => {
  const fields = (await readFile(`/proc/${server.pid}/stat`, 'utf8')).split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
};

const page = new URL('s1/', server.url);
async function saved(words, problems) {
  await author.save(name(1), words);
  for (;;) {
    const state = await next();
    if ((state.problems.length > 0) === problems) return;
  }
}

const shown = new Set([1, 100, 1000, 2000, 5000, REBUILDS]);
for (let round = 1; round <= REBUILDS; round += 1) {
  await saved(section(1, `round ${round}`), false);
  if (!shown.has(round)) continue;
  const text = await (await fetch(page)).text();
  assert.ok(text.includes(`round ${round} 0.`), `round ${round} is served`);
  console.log(`after ${round} rebuilds: ${(await memory_mb()).toFixed(1)} MB`);
}

let answered = 0;
for (let round = 1; round <= BROKEN; round += 1) {
  await saved(`${section(1, 'broken')}\n### Again {#s1-t0}\n\nTwice.\n`, true);
  const response = await fetch(page);
  assert.equal(response.status, 200);
  assert.ok(!(await response.text()).includes('broken 0.'), 'the last good page stays up');
  await saved(section(1, `mended ${round}`), false);
  assert.ok((await (await fetch(page)).text()).includes(`mended ${round} 0.`));
  answered += 2;
}
console.log(`${BROKEN} broken and mended saves: ${answered} of ${2 * BROKEN} requests answered 200, every one mended`);

await new Promise((resolve) => { setTimeout(resolve, 2000); });
const before = await cpu_s();
await new Promise((resolve) => { setTimeout(resolve, IDLE_S * 1000); });
const share = ((await cpu_s()) - before) / IDLE_S;
console.log(`idle for ${IDLE_S} s: ${(share * 100).toFixed(2)} % of a core, ${(await memory_mb()).toFixed(1)} MB`);
await server.close();
await author.close();
process.exit(0);
