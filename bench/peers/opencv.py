"""OpenCV: runs cascades on raw grey images, timed, a JSON object a line.

The first line says its version and where its cascades are. Lists of boxes are flat.
"""

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
places = [getattr(getattr(cv2, "data", None), "haarcascades", ""), "/usr/share/opencv4/haarcascades/"]
place = next((path for path in places if path and os.path.isdir(path)), "")
version = cv2.__version__ if cv2.__version__ < "5" else None
print(json.dumps({"version": version, "cascades": place} if version else {}), flush=True)

loaded = {}
for line in sys.stdin:
    request = json.loads(line)
    path, image = request["cascade"], request["image"]
    if path not in loaded:
        loaded[path] = cv2.CascadeClassifier(path)
    grey = np.fromfile(image, np.uint8).reshape(request["height"], request["width"])
    start = time.perf_counter()
    boxes, neighbours = loaded[path].detectMultiScale2(grey, request["factor"], 3)
    seconds = time.perf_counter() - start
    answer = {
        "seconds": seconds,
        "boxes": np.array(boxes).reshape(-1).tolist(),
        "neighbours": np.array(neighbours).reshape(-1).tolist(),
    }
    print(json.dumps(answer), flush=True)
