"""Reads metrics by Prometheus' own client for Python, and prints them as JSON."""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

with open(sys.argv[1], encoding="utf8") as file:
    families = list(text_string_to_metric_families(file.read()))

json.dump(
    [
        {
            "name": family.name,
            "type": family.type,
            "help": family.documentation,
            "samples": [[sample.name, sample.labels, sample.value] for sample in family.samples],
        }
        for family in families
    ],
    sys.stdout,
)
