"""A process that reads from a pipe and writes to a pipe, in a group of its own; why it ended, as an exception."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import deque
from contextlib import contextmanager, suppress
from threading import Thread, Timer
from typing import Deque, Iterator, List, Optional, Type

from ..errors import DIED, BadInput, FilterDied, FilterError, ModelRefused, PoisonRow

_GRACE = 10.0  # seconds from the end of its input, or of its output, to its end
_LINES = 20
_LONGEST = 4096  # octets of a line

_KINDS = {2: ModelRefused, 42: PoisonRow, 43: ModelRefused, 44: BadInput}


class Process:
    """Started at once. Its stderr is this process's, line by line; the last lines explain an error."""

    def __init__(self, arguments: List[str]) -> None:
        self._arguments = arguments
        try:
            self._popen = subprocess.Popen(
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise ModelRefused(
                f"{arguments[0]} can't be started: {error.strerror}. Install the npm package spillway beside the "
                "model on every node, or give command= or the environment variable SPILLWAY_COMMAND"
            ) from error
        assert self._popen.stdin and self._popen.stdout
        self.pid = self._popen.pid
        self.stdin = self._popen.stdin
        self.stdout = self._popen.stdout
        self._blamed = ""
        self._last: Deque[str] = deque(maxlen=_LINES)
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    def kill(self, blamed: str = "") -> None:
        """The process and its children. `blamed` says for what, where it did wrong."""
        self._blamed = self._blamed or blamed
        if self._popen.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._popen.pid, signal.SIGKILL)

    @contextmanager
    def within(self, seconds: Optional[float]) -> Iterator[None]:
        """Killed, if what is done here takes longer."""
        if seconds is None:
            yield
            return
        alarm = Timer(seconds, self.kill, (f"gave no answer for {seconds:g} s",))
        alarm.daemon = True
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()

    def end(self) -> int:
        """Ends its input and waits; it is killed if it goes on. The code that it ended with."""
        with suppress(OSError):  # it may be gone
            self.stdin.close()
        self.settle()
        self._listener.join(_GRACE)
        self.stdout.close()
        return self._popen.returncode

    def failure(self) -> FilterError:
        """Why it gave no answer. It is over then."""
        self.settle("wrote what can't be read")
        code = self.end()
        said = "\n".join(_reason(list(self._last)))
        kind = self._kind(code)
        if kind is FilterDied:
            return FilterDied(f"{DIED}{self._death(code)}{said and chr(10)}{said}")
        return kind.saying(said or f"{' '.join(self._arguments)} ended with {code}")

    def settle(self, blamed: str = "") -> None:
        """Waits for its end, which comes now or by force."""
        try:
            self._popen.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.kill(blamed)
            self._popen.wait()

    def _kind(self, code: int) -> Type[FilterError]:
        # A shell gives 128 and the signal of what it ran.
        died = self._blamed or code <= 0 or code > 128
        return FilterDied if died else _KINDS.get(code, FilterError)

    def _death(self, code: int) -> str:
        if self._blamed:
            return self._blamed
        if code == 0:
            return "it ended before all was answered"
        number = -code if code < 0 else code - 128
        names = {int(each): each.name for each in signal.Signals}
        return f"ended by {names.get(number, f'signal {number}')}"

    def _listen(self) -> None:
        assert self._popen.stderr
        with self._popen.stderr as stream:
            for line in iter(lambda: stream.readline(_LONGEST), b""):
                text = line.decode(errors="replace").rstrip()
                self._last.append(text)
                with suppress(OSError, ValueError):  # nobody listens any more
                    print(text, file=sys.stderr, flush=True)


def _reason(lines: List[str]) -> List[str]:
    """What the filter said itself at last, after all that its code may have printed."""
    own = [i for i, line in enumerate(lines) if line.startswith("spillway: ")]
    return lines[own[-1] :] if own else lines
