"""The filter's process without an engine: tables of all shapes, processes that do wrong. FOLDER: see support.py."""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

import pyarrow as pa
from support import COMMAND, EXPECTED, FOLDER, MODEL, poisoned, raised, rows

from spillway import errors
from spillway._filter import Filter, Options, answers_schema, checked
from spillway.errors import FilterDied, FilterError, ModelRefused, PoisonRow


def shell(script: str, **options) -> Filter:
    return Filter(Options("none", command=["sh", "-c", script], **options))


class OfARealModel(unittest.TestCase):
    def setUp(self) -> None:
        self.held = Filter(Options(MODEL, command=COMMAND, batch_size=37))

    def tearDown(self) -> None:
        self.held.close()

    def test_tables_of_all_shapes(self) -> None:
        table = rows()
        pid = None
        # Whole, in chunks that are no multiple of a batch, of no row.
        for given in (table, pa.concat_tables([table.slice(0, 5), table.slice(5)]), table.slice(0, 0)):
            answered = self.held.answer(given)
            self.assertEqual(answered.column("label").to_pylist(), EXPECTED["label"][: len(given)])
            self.assertEqual(answered.schema.field("stage").type, pa.int32())
            pid = pid or self.held.pid
            self.assertEqual(self.held.pid, pid)
        # Columns that the model doesn't read come back as they were; another schema is another process.
        extra = pa.array(["a", "b"] * (len(table) // 2)).dictionary_encode()
        both = [
            table.append_column("city", [extra]).append_column("text", [extra.cast(pa.large_string())]),
            table.append_column("city", [extra.take(pa.array(range(len(table) - 1, -1, -1)))]).append_column(
                "text", [pa.nulls(len(table))]
            ),
        ]
        for given in both:
            answered = self.held.answer(given)
            self.assertEqual(answered.column("label").to_pylist(), EXPECTED["label"])
            self.assertTrue(answered.select(given.column_names).equals(given))
        self.assertNotEqual(self.held.pid, pid)

    def test_a_poison_row(self) -> None:
        self.held.answer(rows())
        with self.assertRaises(PoisonRow) as caught:
            self.held.answer(poisoned())
        self.assertEqual(caught.exception.row, 3)
        self.assertIn("row 3 of the 6", str(caught.exception))
        self.assertNotIn("a filter speaks", str(caught.exception))
        self.assertEqual(pickle.loads(pickle.dumps(caught.exception)).row, 3)
        # The next table has a new process.
        self.assertEqual(len(self.held.answer(rows())), len(rows()))

    def test_errors_of_engines(self) -> None:
        trace = "Traceback (most recent call last):\n  File \"a.py\", line 9\n    raise error\nspillway.errors."
        for text in (
            f"{trace}PoisonRow: row 3 of the 6\nat row 3\n\nThe above exception was the direct cause of\n\nray: failed",
            f"Job aborted: {trace}PoisonRow: row 3 of the 6\nat row 3\n\tat org.apache.spark.Runner.run(R.scala:9)\n",
            f"{trace}PoisonRow: row 3 of the 6\nat row 3",
        ):
            found = errors.of(RuntimeError(text))
            self.assertIs(type(found), PoisonRow)
            self.assertEqual((str(found), found.row), ("row 3 of the 6\nat row 3", 3))
        self.assertIs(type(errors.of(RuntimeError(trace + "BadInput: Binary"))), errors.BadInput)
        died = FilterDied("killed")
        self.assertIs(errors.of(died), died)
        self.assertIsNone(errors.of(RuntimeError(trace + "Unknown: x")))
        self.assertIsNone(errors.of(ValueError("in PoisonRow: x")))

    def test_names_that_are_taken(self) -> None:
        table = rows().rename_columns(["label", "x", "y"])
        self.assertIn("prefix", raised(lambda: self.held.answer(table)))
        with Filter(Options(MODEL, command=COMMAND, prefix="p_")) as held:
            self.assertEqual(held.answer(table).column_names, ["label", "x", "y", "p_label", "p_stage", "p_verdict"])
        self.assertIn("key", raised(lambda: Filter(Options(MODEL, command=COMMAND, key="z")).answer(table)))

    def test_it_ends_with_its_worker(self) -> None:
        worker = subprocess.Popen([sys.executable, __file__, str(FOLDER), "hold"], stdout=subprocess.PIPE)
        pid = int(worker.stdout.readline())
        self.assertTrue(lives(pid))
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        while lives(pid):
            time.sleep(0.05)

    def test_what_is_run(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.realpath(folder)
            here = Path(path, "models/mail/1")
            bin = Path(path, "node_modules/.bin/spillway")
            for each in (here, bin.parent):
                each.mkdir(parents=True)
            bin.touch()
            started = lambda **options: Options("models/mail/1", folder=path, **options).identity_arguments()
            # As the driver has it, and the package above it.
            self.assertEqual(started(), [str(bin), "score", str(here), "--identity"])
            # As the worker has it.
            was = os.getcwd()
            with tempfile.TemporaryDirectory() as other:
                os.chdir(other)
                own = Path(os.path.realpath(other), "models/mail/1")
                own.mkdir(parents=True)
                self.assertEqual(started()[2], str(own))
                os.chdir(was)
            with mock.patch.dict(os.environ, SPILLWAY_COMMAND="node 'my main.js'"):
                self.assertEqual(started()[:3], ["node", "my main.js", "score"])
                self.assertEqual(started(command=["x"])[:2], ["x", "score"])

    def test_options(self) -> None:
        for wrong in ({"errors": "colum"}, {"on_fault": "no"}, {"batch_size": 0}, {"threads": 1.5}, {"timeout": 0}):
            self.assertIn(next(iter(wrong)), raised(lambda: Options(MODEL, **wrong)))

    def test_the_drivers_checks(self) -> None:
        options = checked(Options(MODEL, command=COMMAND, scores=True, errors="column", prefix="p_"))
        found = answers_schema(options, rows().schema)
        self.assertEqual(found.names, ["p_label", "p_stage", "p_verdict", "p_scores", "p_error"])
        with Filter(options) as held:
            self.assertEqual(held.answer(rows()).schema.field("p_scores").type, found.field("p_scores").type)
        with self.assertRaises(ModelRefused):
            checked(Options(MODEL + "/nowhere", command=COMMAND))


class OfProcessesThatDoWrong(unittest.TestCase):
    table = pa.table({"id": range(100_000), "text": ["much more than a pipe holds"] * 100_000})

    def of(self, script: str, kind: type, words: str, **options) -> None:
        with shell(script, **options) as held, self.assertRaises(kind) as caught:
            held.answer(self.table)
        self.assertIn(words, str(caught.exception))

    def test_codes(self) -> None:
        self.of("echo other >&2; exit 43", ModelRefused, "other")
        self.of("echo usage >&2; exit 2", ModelRefused, "usage")
        self.of("head -c 100000 >/dev/null; kill -9 $$", FilterDied, "SIGKILL")
        self.of("sh -c 'kill -9 $$'; exit $?", FilterDied, "SIGKILL")
        self.of("head -c 100000 >/dev/null", FilterDied, "before all was answered")
        self.of("exit 1", FilterError, "ended with 1")

    def test_answers_that_are_none(self) -> None:
        self.of("cat", FilterDied, "of id, text")
        self.of("echo this is no stream of Arrow; exec sleep 60", FilterDied, "no answer for", timeout=0.5)
        self.of("exec sleep 60", FilterDied, "no answer for 0.5 s", timeout=0.5)

    def test_nothing_to_start(self) -> None:
        with self.assertRaises(ModelRefused) as caught:
            Filter(Options("none", command="no such program")).answer(self.table)
        self.assertIn("SPILLWAY_COMMAND", str(caught.exception))

    def test_no_process_stays(self) -> None:
        with self.assertRaises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def hold() -> None:
    held = Filter(Options(MODEL, command=COMMAND))
    held.answer(rows())
    print(held.pid, flush=True)
    time.sleep(600)


if sys.argv[2:] == ["hold"]:
    hold()
else:
    unittest.main(argv=["test_filter"])
