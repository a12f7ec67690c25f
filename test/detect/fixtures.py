"""What OpenCV (4.10 or later, below 5) makes of cascades and images.

python3 fixtures.py made > fixtures.json
    writes the fixtures beside this script: small cascades and images that are made here by formulas, so that nothing of
    OpenCV's own is kept.
python3 fixtures.py
    answers requests, one JSON a line: a file with a cascade, a raw grey image, its size, and a factor.
"""

import hashlib
import json
import random
import sys

import cv2
import numpy as np

cv2.setNumThreads(1)
cv2.ocl.setUseOpenCL(False)


def image(width, height, seed):
    """As `noise` in test/detect/image/images.ts."""
    state = seed

    def following():
        nonlocal state
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        return state >> 24

    blocks = [following() for _ in range(64)]
    rows = [
        [(3 * blocks[((y >> 2) & 7) * 8 + ((x >> 2) & 7)] + following()) >> 2 for x in range(width)]
        for y in range(height)
    ]
    return np.array(rows, dtype=np.uint8)


def cascade(kind, seed):
    """XML of a small random cascade that passes some windows."""
    draw = random.Random(seed)
    width, height = draw.choice([(12, 10), (14, 14), (9, 13)])
    features, stages = [], []
    for _ in range(12):
        if kind == "lbp":
            w, h = draw.randint(1, width // 3), draw.randint(1, height // 3)
            rect = f"{draw.randint(0, width - 3 * w)} {draw.randint(0, height - 3 * h)} {w} {h}"
            features.append(f"<_><rect>{rect}</rect></_>")
            continue
        tilted = kind == "tilted" and draw.random() < 0.6
        rects = []
        for i in range(draw.choice([2, 3])):
            if tilted:
                w, h = draw.randint(1, 3), draw.randint(1, 3)
                x, y = draw.randint(h, width - w), draw.randint(0, height - w - h)
            else:
                w, h = draw.randint(1, width), draw.randint(1, height)
                x, y = draw.randint(0, width - w), draw.randint(0, height - h)
            weight = -1 if i == 0 else draw.choice([1, 2, 3]) if kind == "stumps" else round(draw.uniform(0.5, 3), 4)
            rects.append(f"<_>{x} {y} {w} {h} {float(weight)}</_>")
        features.append(f"<_><rects>{''.join(rects)}</rects><tilted>{int(tilted)}</tilted></_>")
    for _ in range(4):
        trees = []
        for _ in range(draw.randint(2, 5)):
            nodes = 1 if kind == "stumps" else draw.choice([1, 2, 3])
            # A chain: the right child is the next node.
            links = [(-i, i + 1 if i + 1 < nodes else -nodes) for i in range(nodes)]
            tests = [
                " ".join(str(draw.randint(-(2**31), 2**31 - 1)) for _ in range(8))
                if kind == "lbp"
                else repr(round(draw.uniform(-0.5, 0.5), 6))
                for _ in range(nodes)
            ]
            body = " ".join(
                f"{left} {right} {draw.randint(0, 11)} {test}" for (left, right), test in zip(links, tests)
            )
            leaves = " ".join(repr(round(draw.uniform(-1, 1), 6)) for _ in range(nodes + 1))
            trees.append(f"<_><internalNodes>{body}</internalNodes><leafValues>{leaves}</leafValues></_>")
        threshold = repr(round(draw.uniform(-1.6, -0.4), 6))
        stages.append(
            f"<_><stageThreshold>{threshold}</stageThreshold><weakClassifiers>{''.join(trees)}</weakClassifiers></_>"
        )
    return (
        '<?xml version="1.0"?><opencv_storage><cascade><stageType>BOOST</stageType>'
        f"<featureType>{'LBP' if kind == 'lbp' else 'HAAR'}</featureType><height>{height}</height><width>{width}</width>"
        f"<stageParams></stageParams><featureParams><maxCatCount>{256 if kind == 'lbp' else 0}</maxCatCount>"
        f"</featureParams><stages>{''.join(stages)}</stages><features>{''.join(features)}</features>"
        "</cascade></opencv_storage>"
    )


def flat(values):
    return np.array(values).reshape(-1).tolist()


def detections(classifier, grey, factor, least, **sizes):
    boxes, neighbours = classifier.detectMultiScale2(grey, factor, least, **sizes)
    windows, _, sums = classifier.detectMultiScale3(grey, factor, 0, outputRejectLevels=True, **sizes)
    return {
        "boxes": flat(boxes),
        "neighbours": flat(neighbours),
        "candidates": flat(windows),
        "sums": flat(sums),
    }


def read(xml):
    storage = cv2.FileStorage(xml, cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
    classifier = cv2.CascadeClassifier()
    assert classifier.read(storage.getFirstTopLevelNode())
    return classifier


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def made():
    cases, levels = [], []
    for seed, kind in enumerate(["stumps", "trees", "tilted", "lbp"] * 2):
        xml = cascade(kind, seed)
        width, height = [(61, 47), (64, 64), (90, 31)][seed % 3]
        for factor in [1.1, 1.37, 2]:
            sizes = {} if factor < 2 else {"minSize": (20, 10), "maxSize": (40, 40)}
            found = detections(read(xml), image(width, height, seed), factor, 2, **sizes)
            case = {"seed": seed, "width": width, "height": height, "factor": factor, **found}
            # Of long lists the length and a digest are kept.
            case["count"] = len(found["sums"])
            case["digest"] = digest(np.array(found["candidates"] + found["sums"], dtype=np.float64))
            case["candidates"], case["sums"] = found["candidates"][:40], found["sums"][:10]
            cases.append({**case, **({"sizes": sizes} if sizes else {})})
    for seed, (width, height, to) in enumerate([(61, 47, (55, 43)), (64, 48, (32, 24)), (40, 30, (33, 7)), (9, 5, (1, 1))]):
        grey = image(width, height, seed)
        sums, squares, tilted = cv2.integral3(grey, sdepth=cv2.CV_32S, sqdepth=cv2.CV_64F)
        levels.append(
            {
                "seed": seed,
                "width": width,
                "height": height,
                "to": to,
                "resized": digest(cv2.resize(grey, to, interpolation=cv2.INTER_LINEAR_EXACT)),
                "sums": digest(sums),
                "squares": digest(squares.astype(np.int32)),
                "tilted": digest(tilted),
            }
        )
    colours = image(24, 8, 1).reshape(8, 8, 3)
    grey = flat(cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY))
    cascades = [cascade(kind, seed) for seed, kind in enumerate(["stumps", "trees", "tilted", "lbp"] * 2)]
    json.dump({"opencv": cv2.__version__, "cascades": cascades, "cases": cases, "levels": levels, "grey": grey}, sys.stdout)


def answer():
    print(json.dumps({"cascades": getattr(getattr(cv2, "data", None), "haarcascades", "")}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        grey = np.fromfile(request["image"], dtype=np.uint8).reshape(request["height"], request["width"])
        classifier = cv2.CascadeClassifier(request["cascade"])
        found = {"error": "not loaded"} if classifier.empty() else detections(classifier, grey, request["factor"], 3)
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    made() if sys.argv[1:] == ["made"] else answer()
