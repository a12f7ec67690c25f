"""What scikit-learn's HistGradientBoosting makes of the rows of sklearn.test.ts, which that test compares with.

Run with scikit-learn 1.4.2; prints one line for each case.
"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import HistGradientBoostingClassifier as Classifier
from sklearn.ensemble import HistGradientBoostingRegressor as Regressor
from sklearn.metrics import log_loss, mean_pinball_loss, roc_auc_score

WORD = 0xFFFFFFFF
ROWS, COLUMNS = 3000, 6


def uniform(seed):
    """mulberry32, as test/lib/learn/learners/problem.ts has it."""
    state = seed
    while True:
        state = (state + 0x6D2B79F5) & WORD
        mixed = ((state ^ state >> 15) * (1 | state)) & WORD
        mixed = (mixed + ((mixed ^ mixed >> 7) * (61 | mixed) & WORD) & WORD) ^ mixed
        yield ((mixed ^ mixed >> 14) & WORD) / 2**32


def rows(missing):
    random = uniform(7)
    x = np.empty((ROWS, COLUMNS), np.float32)
    noise = np.empty(ROWS)
    for r in range(ROWS):
        for c in range(COLUMNS):
            x[r, c] = np.floor(next(random) * 64) / 8
        noise[r] = next(random)
    signal = x[:, 0] / 2 + np.where(x[:, 1] > 3, x[:, 2], 1) - np.abs(x[:, 3] - 4) / 4
    if missing:
        x[x[:, 2] == 5, 2] = np.nan
        x[x[:, 4] < 1, 4] = np.nan
    return x, signal.astype(float), noise


def calibration_error(probability, right, bins=10):
    """Expected calibration error over bins of equal width."""
    place = np.minimum((probability * bins).astype(int), bins - 1)
    return sum(
        abs(right[place == b].sum() - probability[place == b].sum()) for b in range(bins)
    ) / len(right)


def show(name, *values):
    print(name, *(f"{value:.9f}" for part in values for value in np.ravel(part)))


settings = dict(max_iter=60, max_depth=5, early_stopping=False)
for missing in (False, True):
    x, signal, noise = rows(missing)
    train, test = slice(0, 2000), slice(2000, ROWS)
    two = (noise * 12 < signal).astype(int)
    three = np.clip(np.floor((signal + noise * 6) / 5), 0, 2).astype(int)
    value = signal + noise * 4
    model = Classifier(**settings).fit(x[train], two[train])
    p = model.predict_proba(x[test])
    show(f"two missing={missing}", p[[0, 7, 29], 1], log_loss(two[test], p), roc_auc_score(two[test], p[:, 1]))
    show("  calibration", calibration_error(p[:, 1], two[test]))
    # Later on, scikit-learn also divides nodes in which rounding alone tells the rows apart.
    p = Classifier(**{**settings, "max_iter": 10}).fit(x[train], three[train]).predict_proba(x[test])
    show(f"three missing={missing}", p[[0, 7, 29]], log_loss(three[test], p))
    p = Regressor(**settings).fit(x[train], value[train]).predict(x[test])
    show(f"squared missing={missing}", p[[0, 7, 29]], np.mean((p - value[test]) ** 2))
    p = Regressor(loss="absolute_error", **settings).fit(x[train], value[train]).predict(x[test])
    show(f"absolute missing={missing}", np.mean(np.abs(p - value[test])))
    p = Regressor(loss="quantile", quantile=0.9, **settings).fit(x[train], value[train]).predict(x[test])
    show(f"quantile missing={missing}", mean_pinball_loss(value[test], p, alpha=0.9), np.mean(value[test] <= p))

digits = load_digits()
p = Classifier(**settings).fit(digits.data[:1200], digits.target[:1200]).predict_proba(digits.data[1200:])
truth = digits.target[1200:]
right = (p.argmax(1) == truth).astype(int)
show(
    "digits",
    np.mean(right),
    log_loss(truth, p),
    roc_auc_score(truth, p, multi_class="ovr"),
    calibration_error(p.max(1), right),
)
