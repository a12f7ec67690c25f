"""Answers a Parquet file of flights on Ray or Spark: ``engines.py ray|spark MODEL FLIGHTS OUT WORKERS``."""

import os
import sys


def by_ray(model: str, flights: str, out: str, workers: int) -> None:
    import ray
    import spillway.ray

    # One more: what reads needs one beside the actors.
    ray.init(num_cpus=workers + 1, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    dataset = ray.data.read_parquet(flights)
    spillway.ray.score(dataset, model, key="id", concurrency=workers).write_parquet(out)
    ray.shutdown()


def by_spark(model: str, flights: str, out: str, workers: int) -> None:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession
    import spillway.spark

    spark = SparkSession.builder.master(f"local[{workers}]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    spillway.spark.score(spark.read.parquet(flights), model, key="id").write.parquet(out)
    spark.stop()


if __name__ == "__main__":
    engine, model, flights, out, workers = sys.argv[1:]
    {"ray": by_ray, "spark": by_spark}[engine](model, flights, out, int(workers))
