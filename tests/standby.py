"""A Datasette that stands by: it has imported everything, and each command is a fork of it.

Starting Datasette takes more than a second of processor time, nearly all for imports, and the documentation shows many
commands. ``with standing_by(folder) as place`` gives a folder for PATH whose program ``datasette`` takes arguments,
folder, environment, standard streams, signals and exit code as Datasette's own does, but starts at once.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

PROGRAM = """#!{python} -IS
import json, os, signal, socket, sys
with socket.socket(socket.AF_UNIX) as told:
    told.connect({address!r})
    asked = json.dumps([sys.argv, os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(told, [len(asked).to_bytes(8, "big")], [0, 1, 2])
    told.sendall(asked)
    answers = told.makefile()
    process = int(answers.readline())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: os.kill(process, number))
    code = int(answers.readline())
if code < 0:
    signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
sys.exit(code)
"""


@contextlib.contextmanager
def standing_by(folder):
    """Start it; a folder that holds the program. It ends with the context."""
    folder.mkdir()
    address = folder / "socket"
    program = folder / "datasette"
    program.write_text(PROGRAM.format(python=sys.executable, address=str(address)), encoding="utf-8")
    program.chmod(0o755)
    with subprocess.Popen([sys.executable, __file__, address], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout.readline() == b"ready\n"
            yield folder
        finally:
            process.kill()


def serve(address):
    """Do what is asked at a socket, each in processes of its own, for ever."""
    from datasette.cli import cli

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        print("ready", flush=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        while True:
            asked, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                answer(asked, cli)
            asked.close()


def answer(asked, cli):
    """Fork once more for the command, tell its process number and its exit code, and end."""
    size, streams, _, _ = socket.recv_fds(asked, 8, 3)
    content = asked.makefile("rb").read(int.from_bytes(size, "big"))
    process = os.fork()
    if process == 0:
        asked.close()
        run(cli, *json.loads(content), streams)
    asked.sendall(f"{process}\n".encode())
    threading.Thread(target=end_with, args=(asked, process), daemon=True).start()
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    with contextlib.suppress(BrokenPipeError):  # who asked was killed
        asked.sendall(f"{code}\n".encode())
    os._exit(0)


def end_with(asked, process):
    """A command whose program was killed does not live on."""
    if asked.recv(1) == b"":
        with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
            os.kill(process, signal.SIGKILL)


def run(cli, arguments, folder, environment, streams):
    """Be the program that was asked for, to its very end: what it leaves to the end of Python is done as well."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = arguments
    sys.exit(cli())


if __name__ == "__main__":
    serve(str(Path(sys.argv[1])))
