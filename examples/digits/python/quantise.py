"""Makes the weights small integers: quantise.py MODEL.json SMALL.json --levels 127"""

import argparse
import json
from pathlib import Path

import numpy

parser = argparse.ArgumentParser()
parser.add_argument("model", type=Path)
parser.add_argument("small", type=Path)
parser.add_argument("--levels", type=int, default=127)
options = parser.parse_args()

model = json.loads(options.model.read_text())
weights = numpy.array(model["weights"])
scale = abs(weights).max() / options.levels
small = {"weights": numpy.round(weights / scale).astype(int).tolist(), "scale": round(float(scale), 9), "bias": model["bias"]}
options.small.parent.mkdir(parents=True, exist_ok=True)
options.small.write_text(json.dumps(small))
print(f"{options.small}: {options.small.stat().st_size} bytes in place of {options.model.stat().st_size}")
