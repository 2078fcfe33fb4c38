// `serve --watch` on a project that is being written.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { binary } from './sites.mjs';

/** A project of these files in a folder of its own. */
export async function project(files) {
  const root = await mkdtemp(join(tmpdir(), 'roadmap-site-preview-'));
  const save = async (path, text) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) await save(path, text);
  return {
    root,
    save,
    remove: (path) => rm(join(root, path), { recursive: true }),
    close: () => rm(root, { recursive: true }),
  };
}

/** Starts the preview; resolves when it has printed its address. `port` 0 is any that is free. */
export async function preview(root, { port = 0, program = binary } = {}) {
  const args = ['serve', '--watch', '--root', root, '--port', String(port)];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.on('exit', (code) => reject(new Error(`the preview ended with ${code}`)));
  });
  const close = () => {
    child.kill();
    return ended;
  };
  return { url, port: Number(new URL(url).port), pid: child.pid, close };
}
