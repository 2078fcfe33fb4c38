// Projects to built sites in a temporary folder, with the binary that is being tested:
// $ROADMAP_SITE, or the release build, or the debug build.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../', import.meta.url));

/** The site that the repository publishes, and the one that shows every component. */
export const REFERENCE = repository;
export const FIXTURE = join(repository, 'tests/sites/browser');

export const binary = [
  process.env.ROADMAP_SITE,
  join(repository, 'target/release/roadmap-site'),
  join(repository, 'target/debug/roadmap-site'),
].find((path) => path && existsSync(path));

const made = [];

async function temporary() {
  const folder = await mkdtemp(join(tmpdir(), 'roadmap-site-browser-'));
  made.push(folder);
  return folder;
}

/** Removes every folder made here. */
export async function clean() {
  await Promise.all(made.splice(0).map((folder) => rm(folder, { recursive: true })));
}

/** Builds the project in `root` as for `https://example.org` + `base`; returns the folder. */
export async function build(root, base) {
  if (!binary) throw new Error('no roadmap-site binary: run `cargo build --release` first');
  const output = join(await temporary(), 'public');
  const address = base ? ['--base-url', `https://example.org${base}`] : [];
  await run(binary, ['build', '--root', root, '--output', output, ...address]);
  return output;
}

/**
 * The addresses of a built site's pages relative to its root (`''`, `basics/`, …): those that
 * stay, and those that only lead to another.
 */
export async function pages(folder) {
  const files = await readdir(folder, { recursive: true });
  const found = { pages: [], redirects: [] };
  for (const file of files.filter((name) => name.endsWith('.html')).sort()) {
    const html = await readFile(join(folder, file), 'utf8');
    const address = encodeURI(file.replace(/(^|\/)index\.html$/, '$1'));
    (html.includes('data-redirect') ? found.redirects : found.pages).push(address);
  }
  return found;
}

/** A project of `count` sections with three topics each. */
export async function manySections(count) {
  const root = await temporary();
  await mkdir(join(root, 'content'));
  await writeFile(join(root, 'site.toml'), 'id = "many"\ntitle = "很多章节"\ndescription = "一千章。"\n');
  await writeFile(join(root, 'content/index.md'), '# 很多章节\n\n一千章。\n');
  for (let n = 1; n <= count; n += 1) {
    const topics = [1, 2, 3].map((topic) => `### 知识点 ${n}.${topic} {#topic-${n}-${topic}}\n\n讲解。\n`);
    const text = `# 🟢 第 ${n} 个主题\n\n## 基础\n\n${topics.join('\n')}`;
    await writeFile(join(root, `content/${String(n).padStart(4, '0')}-section-${n}.md`), text);
  }
  return root;
}
