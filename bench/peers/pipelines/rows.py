"""Rows that pipelines are fitted on and asked about: texts, tables with gaps, and what goes wrong in both."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd

#: Texts that scripts forget: nothing, blanks of all kinds, letters that fold, combine, or lie beyond the basic plane.
ODD_TEXTS = [
    "", " ", "\t", "\n\n", "\u00a0\u2003\u3000", "\x1c\x1d\x85", "a", "I", "\u0130STANBUL \u0131", "Stra\u00dfe STRASSE",
    "\u03a3\u03a3 \u03c3\u03c2", "caf\u00e9 cafe\u0301", "\ufb01n \ufb03", "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U00010400\U00010428 \U0001d54f", "\u6771\u4eac\u90fd \u0e44\u0e17\u0e22 \u0939\u093f\u0928\u094d\u0926\u0940",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd", "x\u0300\u0301\u0302y", "\u00b2 \u2460 \u0663\u0664 5", "snake_case __init__ _",
    "don't e-mail: a.b@c.de http://x.y/z?q=1", "\ufeffbom \u200b zero", "A" * 300, "\ud800 lone \udfff", "\r\nwindows\r\n",
]  # fmt: skip

CITIES = ["Oslo", "Bergen", "Troms\u00f8", "Bod\u00f8", "M\u00f6lln", "Lima", "Cusco", "Nara", "\u5948\u826f", "Graz", "Linz", "Wels"]
PLANS = ["free", "basic", "gold"]
DEVICES = ["phone", "desk", "tablet", "watch"]
WORDS = (
    "offer meeting invoice please thanks money free report monday friday budget urgent click account winner server "
    "deploy coffee lunch r\u00e9sum\u00e9 na\u00efve \u00fcber stra\u00dfe \u4e2d\u6587 \u0440\u0443\u0441\u0441\u043a\u0438\u0439 email password update the and of to in is a you we it "
    "not never very good bad"
).split()


def table(rows: int, seed: int, is_new: bool = False) -> tuple[pd.DataFrame, np.ndarray]:
    """Customers, with gaps, skewed amounts and categories; three classes. New ones have categories that nobody has seen."""
    draw = np.random.default_rng(seed)
    age = draw.normal(45, 15, rows).round()
    income = draw.lognormal(10, 1, rows)
    visits = draw.poisson(4, rows)
    score = draw.uniform(-1, 1, rows)
    city = draw.choice(CITIES, rows, p=np.arange(12, 0, -1) / 78)
    plan = draw.choice(PLANS, rows)
    device = draw.choice(DEVICES, rows)
    note = texts(rows, seed + 1)
    signal = (
        (age - 45) / 15 + np.log(income) - 10 + 0.4 * (visits - 4) * (plan == "gold") + 2 * score * (device == "desk")
    )
    frame = pd.DataFrame(
        {
            "age": np.where(draw.random(rows) < 0.1, np.nan, age),
            "income": income,
            "visits": visits,
            "score": np.where(draw.random(rows) < 0.2, np.nan, score),
            "city": city.astype(object),
            "plan": plan.astype(object),
            "device": np.where(draw.random(rows) < 0.15, np.nan, device.astype(object)),
            "member": draw.random(rows) < 0.5,
            "note": note,
        }
    )
    for name in ("device", "city", "plan", "note"):
        frame[name] = frame[name].astype(object)
    if is_new:
        for name, other in (("city", "Atlantis"), ("plan", "platinum"), ("device", "t\u00e9l\u00e9gramme")):
            frame.loc[draw.random(rows) < 0.05, name] = other
        odd = np.flatnonzero(draw.random(rows) < 0.1)
        frame.loc[odd, "note"] = pd.Series([ODD_TEXTS[at % len(ODD_TEXTS)] for at in odd], index=odd, dtype=object)
        frame.loc[draw.random(rows) < 0.02, ["age", "score"]] = np.nan
    noise = draw.normal(0, 0.7, rows)
    return frame, np.digitize(signal + noise, [-0.7, 0.7])


def texts(rows: int, seed: int) -> list[str]:
    """Sentences of words, with other cases and punctuation."""
    draw = random.Random(seed)
    made = []
    for _ in range(rows):
        words = [draw.choice(WORDS) for _ in range(draw.randint(1, 14))]
        words = [word.upper() if draw.random() < 0.1 else word for word in words]
        made.append(draw.choice([" ", " ", ", ", "\n", " - "]).join(words) + draw.choice(["", ".", "!!", " 2024", " \U0001f600"]))
    return made


def with_odd(given: list[str], seed: int) -> list[str]:
    """As many texts, some cut, joined or put in the place of odd ones."""
    draw = random.Random(seed)
    made = []
    for at, text in enumerate(given):
        if at % 50 == 0:
            text = ODD_TEXTS[at // 50 % len(ODD_TEXTS)]
        elif at % 50 == 1:
            text = text[: len(text) // 2] + draw.choice(ODD_TEXTS)
        made.append(text)
    return made


def numbers(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Ten columns of doubles, and two classes."""
    draw = np.random.default_rng(seed)
    X = draw.normal(size=(rows, 10))
    X[:, 3] = np.exp(X[:, 3])
    X[:, 4] = draw.integers(0, 5, rows)
    signal = X[:, 0] + X[:, 1] * X[:, 2] + np.log(X[:, 3])
    return X, (signal + draw.normal(size=rows) > 0).astype(int)


def as_json(rows: Any) -> dict[str, Any]:
    """Rows as plain data: texts, or columns with what their gaps are."""
    if isinstance(rows, list):
        return {"kind": "texts", "texts": rows}
    if isinstance(rows, np.ndarray):
        return {"kind": "array", "columns": [_column(rows[:, at]) for at in range(rows.shape[1])]}
    columns = {name: _column(rows[name].to_numpy()) for name in rows.columns}
    return {"kind": "columns", "names": list(columns), "columns": list(columns.values())}


def _column(values: np.ndarray) -> list[Any]:
    """What is NaN becomes null: no column has both."""
    return [None if isinstance(value, float) and value != value else value for value in values.tolist()]
