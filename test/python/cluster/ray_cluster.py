"""Scores on a real Ray cluster of two nodes. FOLDER: what support.py reads."""

import logging
from pathlib import Path

import pyarrow as pa
import ray
import spillway.ray
from ray.cluster_utils import Cluster
from support import BLOCKS, FOLDER, MODEL, check, command, killed, poisoned, raised, rows, started, swap_models

MEMORY = 100 * 2**20


def main(logs: Path) -> None:
    table = rows()
    size = len(table) // BLOCKS
    blocks = [table.slice(start, size) for start in range(0, len(table), size)]
    dataset = ray.data.from_arrow(blocks)

    # One of two filters is killed midway. Order and blocks are kept, rows are answered once, filters are kept.
    scored = spillway.ray.score(dataset, MODEL, scores=True, command=command(dies=True), concurrency=2, batch_size=50)
    found = ray.get(scored.to_arrow_refs())
    assert [len(block) for block in found] == [size] * BLOCKS
    check(pa.concat_tables(found).to_pydict())
    assert found[0].column_names == ["id", "x", "y", "label", "stage", "verdict", "scores"]
    assert killed()
    # Beside those of two actors the driver's, which saw that the model answers, and one more for the dead one.
    count = started()
    assert count <= 4, f"{count} filters for {BLOCKS} blocks"

    # A row that can't be answered.
    bad = ray.data.from_arrow(poisoned())
    score = lambda **options: spillway.ray.score(bad, MODEL, command=command(), concurrency=1, **options)
    said = raised(lambda: score(key="id").materialize())
    assert said.startswith("PoisonRow") and "row 3 of the 6" in said and "id = 3" in said, said
    assert started() == 2
    answers = score(errors="column", key="id", prefix="p_").take_all()
    assert [row["p_label"] is None for row in answers] == [i == 3 for i in range(6)], answers
    assert "x" in answers[3]["p_error"] and answers[0]["p_error"] is None, answers
    assert list(answers[0]) == ["id", "p_label", "p_stage", "p_verdict", "p_error"], answers

    said = raised(lambda: score(concurency=1))
    assert said == "TypeError: score: 'concurency' is no option of it, nor of Ray's map_batches; did you mean 'concurrency'?", said

    # A model that can't be loaded fails before the job; one that is another on a node, at once and by its words.
    said = raised(lambda: spillway.ray.score(dataset, str(FOLDER / "nowhere"), command=command()))
    assert said.startswith("ModelRefused") and "nowhere" in said, said
    started()
    late = score()
    swap_models()
    said = raised(late.materialize)
    swap_models()
    assert said.startswith("ModelRefused") and "other than expected" in said, said
    assert started() == 2

    # A filter that is always killed is given up, by its words.
    scored = spillway.ray.score(bad, MODEL, command=dying(), concurrency=1)
    said = raised(scored.materialize)
    assert said.startswith("FilterDied") and "SIGKILL" in said, said

    spoken = [path for path in logs.glob("worker-*.err") if "a filter speaks" in path.read_text()]
    assert spoken, "stderr of filters isn't shown"


def dying() -> list:
    """Killed always, but on the driver."""
    script = f'[ $(cat {FOLDER}/log | wc -l) -lt 1 ] && exec "$@" || kill -9 $$'
    return ["sh", "-c", script, "sh", *command()]


cluster = Cluster(
    initialize_head=True,
    head_node_args={"num_cpus": 2, "object_store_memory": MEMORY, "include_dashboard": False},
)
try:
    cluster.add_node(num_cpus=2, object_store_memory=MEMORY)
    ray.init(address=cluster.address, log_to_driver=False, logging_level=logging.ERROR)
    ray.data.DataContext.get_current().enable_progress_bars = False
    main(Path(cluster.head_node.get_session_dir_path()) / "logs")
    print("all held")
finally:
    ray.shutdown()
    cluster.shutdown()
