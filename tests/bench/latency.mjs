// From the write of a save to the new text in the open page, in Chromium: ours beside the
// servers of Hugo, mdBook and VitePress, each on the same course in its own form.
//
//     node tests/bench/latency.mjs NAME=FOLDER=PAGE=FILE=COMMAND... [--saves 40]
//
// PAGE is the path of the open page, FILE the Markdown file behind it; in COMMAND, `{port}` is
// replaced by a free port. Prints a line a server: median and 95th percentile in milliseconds.
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { launch } from '../browser/browser.mjs';

const flag = process.argv.indexOf('--saves');
const SAVES = flag < 0 ? 40 : Number(process.argv[flag + 1]);
const contestants = process.argv.slice(2, flag < 0 ? undefined : flag).map((text) => {
  const [name, folder, page, file, ...command] = text.split('=');
  return { name, folder, page, file: join(folder, file), command: command.join('=') };
});
/** The first saves warm caches and are not counted. */
const WARM = 3;
/** Between two saves, so that no server is still busy with the last one. */
const PAUSE_MS = 400;
const DEADLINE_MS = 60_000;
/** A save that is not shown by then is missed; some servers do miss one. */
const SHOWN_MS = 10_000;

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function answers(url) {
  const end = Date.now() + DEADLINE_MS;
  while (Date.now() < end) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await pause(100);
  }
  throw new Error(`no answer from ${url}`);
}

async function measure(browser, { folder, page: path, file, command }) {
  const port = await freePort();
  const child = spawn('sh', ['-c', `exec ${command.replaceAll('{port}', port)}`], { cwd: folder, stdio: 'ignore' });
  const original = await readFile(file, 'utf8');
  try {
    const url = `http://localhost:${port}${path}`;
    await answers(url);
    const page = await browser.newPage();
    // Both clocks are this machine's: the page tells when it shows the words of a save.
    let seen = () => {};
    await page.exposeFunction('tell', (words, at) => seen(words, at));
    await page.addInitScript(() => {
      let last;
      const look = () => {
        const words = document.body?.textContent.match(/latency-\d+-mark/)?.[0];
        if (!words || words === last) return;
        last = words;
        globalThis.tell(words, performance.timeOrigin + performance.now());
      };
      new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
    });
    await page.goto(url, { waitUntil: 'load' });
    await pause(1500);
    const times = [];
    let missed = 0;
    for (let save = 0; save < SAVES + WARM; save += 1) {
      const words = `latency-${save}-mark`;
      const shown = new Promise((resolve) => {
        setTimeout(resolve, SHOWN_MS).unref();
        seen = (found, at) => found === words && resolve(at);
      });
      const start = performance.timeOrigin + performance.now();
      await writeFile(file, `${original}\n\n${words}\n`);
      const at = await shown;
      if (at === undefined) missed += 1;
      else if (save >= WARM) times.push(at - start);
      await pause(PAUSE_MS + Math.random() * 100);
    }
    await page.close();
    return { times: times.sort((a, b) => a - b), missed };
  } finally {
    await writeFile(file, original);
    child.kill();
  }
}

const browser = await launch();
for (const contestant of contestants) {
  const { times, missed } = await measure(browser, contestant);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(0);
  console.log(`${contestant.name}: median ${at(0.5)} ms, p95 ${at(0.95)} ms of ${times.length} saves, ${missed} missed`);
}
await browser.close();
