"""Starts one chain of examples in a session of its own, waits, and leaves nothing behind.

Usage: python -I -S -B supervisor.py FOLDER SECONDS. Stands between the program and the
example, so that an example that kills its parent, or its parent's group, hits only this.
"""
import os
import signal
import sys

folder, seconds = sys.argv[1], float(sys.argv[2])
FILE_BYTES_MAX = 16 << 20


def child():
    import resource

    os.setsid()
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES_MAX, FILE_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.chdir(os.path.join(folder, "work"))
    given = os.path.join(folder, "stdin")
    stdin = os.open(given if os.path.exists(given) else os.devnull, os.O_RDONLY)
    os.dup2(stdin, 0)
    errors = os.open(os.path.join(folder, "stderr"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(errors, 1)
    os.dup2(errors, 2)
    os.execv(sys.executable, [sys.executable, os.path.join(folder, "chain.py"), folder])


def end(pid):
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def main():
    pid = os.fork()
    if pid == 0:
        try:
            child()
        finally:
            os._exit(127)

    late = False

    def stop(*_):
        nonlocal late
        late = True
        end(pid)

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    _, status = os.waitpid(pid, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    end(pid)
    word = "late" if late else str(os.waitstatus_to_exitcode(status))
    with open(os.path.join(folder, "status"), "w") as file:
        file.write(word)


main()
