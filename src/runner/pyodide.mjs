// Runs chains of examples in Pyodide: one request per line on standard input, one answer per
// line on standard output. Every chain has globals and a folder of its own.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

const folder = resolve(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: folder });

const RUN = `
import asyncio, builtins, contextlib, io, os, shutil, sys, traceback, types
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT

def run_chain(parts, given):
    shutil.rmtree("/example", ignore_errors=True)
    os.makedirs("/example")
    os.chdir("/example")
    module = types.ModuleType("__main__")
    module.__builtins__ = builtins
    before = set(sys.modules)
    main, sys.modules["__main__"] = sys.modules.get("__main__"), module
    results = []
    for name, code in parts:
        path = f"/example/{name}"
        with open(path, "w", encoding="utf-8") as file:
            file.write(code)
        out, err, ended = io.StringIO(), io.StringIO(), ""
        stdin, sys.stdin = sys.stdin, io.StringIO(given)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                exec(compile(code, path, "exec", dont_inherit=True), module.__dict__)
        except BaseException as error:
            if not (isinstance(error, SystemExit) and error.code in (None, 0)):
                kind = type(error)
                outer = "" if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}."
                last = traceback.format_exception_only(error)[-1].rstrip("\\n")
                ended = f"{outer}{kind.__qualname__}\\n{last}"
                frames = error.__traceback__.tb_next
                err.write("".join(traceback.format_exception(kind, error, frames)))
        finally:
            sys.stdin = stdin
        results.append([out.getvalue(), err.getvalue(), ended])
    sys.modules["__main__"] = main
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and "/example/" in sys.modules[name].__file__:
            del sys.modules[name]
    return results
`;
python.runPython(RUN);
const runChain = python.globals.get('run_chain');
const version = python.runPython('import sys; ".".join(map(str, sys.version_info[:3]))');

const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
answer({ version });
for await (const line of createInterface({ input: process.stdin })) {
  const { parts, stdin } = JSON.parse(line);
  const given = python.toPy(parts);
  const results = runChain(given, stdin);
  answer(results.toJs());
  results.destroy();
  given.destroy();
}
