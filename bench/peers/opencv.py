"""OpenCV: runs cascades on raw grey images, timed, a JSON object a line.

The first line says its version, where cascades are, and where scikit-image has its pictures. Lists of boxes are flat.
"""

import importlib.util
import json
import os
import sys
import time

try:
    # OpenCV without NumPy complains where answers are read.
    import numpy as np
    import cv2
except ImportError:
    sys.exit("No module named 'cv2'")

cv2.setNumThreads(1)
cv2.ocl.setUseOpenCL(False)
debian = "/usr/share/opencv4/"
places = [
    getattr(getattr(cv2, "data", None), "haarcascades", ""),
    debian + "haarcascades",
    debian + "lbpcascades",
]
# Found without being imported: its pictures need none of its modules.
skimage = importlib.util.find_spec("skimage")
folders = [os.path.join(path, "data") for path in (skimage and skimage.submodule_search_locations) or []]
ready = {
    "version": cv2.__version__,
    "cascades": [path for path in places if os.path.isdir(path)],
    "pictures": [path for path in folders if os.path.isdir(path)],
}
# OpenCV 5 has no cascades.
print(json.dumps(ready if cv2.__version__ < "5" else {}), flush=True)

loaded = {}


def flat(values):
    return np.array(values).reshape(-1).tolist()


for line in sys.stdin:
    request = json.loads(line)
    path, image, factor = request["cascade"], request["image"], request["factor"]
    if path not in loaded:
        loaded[path] = cv2.CascadeClassifier(path)
    grey = np.fromfile(image, np.uint8).reshape(request["height"], request["width"])
    start = time.perf_counter()
    boxes, neighbours = loaded[path].detectMultiScale2(grey, factor, 3)
    seconds = time.perf_counter() - start
    answer = {"seconds": seconds, "boxes": flat(boxes), "neighbours": flat(neighbours)}
    if request.get("candidates"):
        candidates, _, sums = loaded[path].detectMultiScale3(grey, factor, 0, outputRejectLevels=True)
        answer |= {"candidates": flat(candidates), "sums": flat(sums)}
    print(json.dumps(answer), flush=True)
