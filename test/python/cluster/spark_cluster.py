"""Scores on a real Spark cluster of two executors. FOLDER: what support.py reads."""

import os
import shutil
import sys
from pathlib import Path

import pyspark

os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)  # executors write there

import spillway.spark  # noqa: E402 (Spark reads the environment)
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import spark_partition_id
from support import BLOCKS, FOLDER, MODEL, check, command, killed, poisoned, raised, rows, started, swap_models


def main(spark: SparkSession, work: Path) -> None:
    frame = framed(spark, rows().to_pylist(), BLOCKS).withColumn("was", spark_partition_id())

    # One of two filters is killed midway. Order and partitions are kept, rows are answered once, filters are kept.
    scored = spillway.spark.score(frame, MODEL, scores=True, command=command(dies=True))
    assert scored.columns == ["id", "x", "y", "was", "label", "stage", "verdict", "scores"]
    found = scored.withColumn("now", spark_partition_id()).collect()
    check({name: [row[name] for row in found] for name in scored.columns})
    assert all(row.was == row.now for row in found)
    assert killed()
    # Beside those of two executors the driver's, which was asked for types, and one more for the dead one.
    count = started()
    assert count <= 4, f"{count} filters for {BLOCKS} partitions"

    # A row that can't be answered.
    bad = framed(spark, poisoned().to_pylist(), 1)
    score = lambda **options: spillway.spark.score(bad, MODEL, command=command(), **options)
    said = raised(lambda: score(key="id").collect())
    assert said.startswith("PoisonRow") and "row 3 of the 6" in said and "id = 3" in said, said
    answers = score(errors="column", key="id", prefix="p_").collect()
    assert [row.p_label is None for row in answers] == [i == 3 for i in range(6)], answers
    assert "x" in answers[3].p_error and answers[0].p_error is None, answers
    assert answers[0].asDict().keys() == {"id", "p_label", "p_stage", "p_verdict", "p_error"}, answers

    # A model that can't be loaded fails before the job; one that is another on a node, by its words.
    said = raised(lambda: spillway.spark.score(frame, str(FOLDER / "nowhere"), command=command()))
    assert said.startswith("ModelRefused") and "nowhere" in said, said
    late = score()
    swap_models()
    said = raised(late.collect)
    swap_models()
    assert said.startswith("ModelRefused") and "other than expected" in said, said

    spoken = [path for path in work.glob("*/stderr") if "a filter speaks" in path.read_text()]
    assert spoken, "stderr of filters isn't shown"


def framed(spark: SparkSession, records: list, partitions: int) -> DataFrame:
    """Rows in their order, cut in equal parts."""
    lines = [(record["id"], record["x"], record["y"]) for record in records]
    return spark.createDataFrame(spark.sparkContext.parallelize(lines, partitions), "id long, x double, y double")


spark = (
    SparkSession.builder.master("local-cluster[2,1,1024]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.task.maxFailures", "2")
    .config("spark.driver.memory", "512m")
    .config("spark.sql.execution.arrow.maxRecordsPerBatch", "50")
    .getOrCreate()
)
work = Path(os.environ["SPARK_HOME"]) / "work" / spark.sparkContext.applicationId
try:
    spark.sparkContext.setLogLevel("OFF")
    main(spark, work)
    print("all held")
finally:
    spark.stop()
    shutil.rmtree(work, ignore_errors=True)
