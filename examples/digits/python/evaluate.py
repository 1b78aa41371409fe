"""Evaluates a model on images that it has not seen: evaluate.py MODEL.json IMAGES LABELS.csv --from 4800"""

import argparse
import json
from pathlib import Path

from images import accuracy, read_model, read_part

parser = argparse.ArgumentParser()
parser.add_argument("model", type=Path)
parser.add_argument("images", type=Path)
parser.add_argument("labels", type=Path)
parser.add_argument("--from", dest="first", type=int, default=4800)
options = parser.parse_args()

images, digits = read_part(options.images, options.labels, options.first, None)
value = accuracy(read_model(options.model), images, digits)
Path("evaluation.json").write_text(json.dumps({"model": options.model.name, "images": len(digits), "accuracy": round(value, 4)}))
print(f"{options.model}: {value:.1%} of {len(digits)} images that it has not seen")
