"""Runs the parts of a chain one after the other as `__main__`, each with its own output.

Writes `N.out` and `N.err` for each part, and `N.end`: empty, or the name of the exception it
ended in and the last line of its traceback.
"""
import builtins
import os
import sys
import types

folder = sys.argv[1]
names = open(os.path.join(folder, "parts"), encoding="utf-8").read().split("\n")


def redirect(index, stream, descriptor):
    stream.flush()
    suffix = "out" if descriptor == 1 else "err"
    path = os.path.join(folder, f"{index}.{suffix}")
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, descriptor)
    os.close(file)


def outcome(error):
    """Name and last line of an exception that ended a part; nothing if it just ended."""
    import traceback

    if isinstance(error, SystemExit) and error.code in (None, 0):
        return ""
    kind = type(error)
    module = "" if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}."
    last = traceback.format_exception_only(kind, error)[-1].rstrip("\n")
    return f"{module}{kind.__qualname__}\n{last}"


def run(path, module):
    code = compile(open(path, encoding="utf-8").read(), path, "exec", dont_inherit=True)
    module.__file__ = path
    exec(code, module.__dict__)


def main():
    work = os.getcwd()
    sys.argv = [os.path.join(work, names[0])]
    sys.path[0] = work
    module = types.ModuleType("__main__")
    module.__builtins__ = builtins
    sys.modules["__main__"] = module
    for index, name in enumerate(names):
        redirect(index, sys.stdout, 1)
        redirect(index, sys.stderr, 2)
        ended = ""
        try:
            run(os.path.join(work, name), module)
        except BaseException as error:
            ended = outcome(error)
            # The frames above are this file's.
            frames = error.__traceback__
            while frames and frames.tb_frame.f_code.co_filename == __file__:
                frames = frames.tb_next
            if ended:
                sys.excepthook(type(error), error.with_traceback(frames), frames)
        try:
            sys.stdout.flush()
        except OSError as error:
            ended = outcome(error)
        with open(os.path.join(folder, f"{index}.end"), "w", encoding="utf-8") as file:
            file.write(ended)


main()
