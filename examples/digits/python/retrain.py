"""Trains a model further: retrain.py BASE.json IMAGES LABELS.csv MODEL.json --from 2400 --steps 2400 --rate 0.01"""

import argparse
import json
from pathlib import Path

import numpy

from images import accuracy, read_model, read_part, write_model

parser = argparse.ArgumentParser()
parser.add_argument("base", type=Path)
parser.add_argument("images", type=Path)
parser.add_argument("labels", type=Path)
parser.add_argument("model", type=Path)
parser.add_argument("--from", dest="first", type=int, default=2400)
parser.add_argument("--steps", type=int, default=2400)
parser.add_argument("--rate", type=float, default=0.01)
options = parser.parse_args()

images, digits = read_part(options.images, options.labels, options.first, options.first + options.steps)
weights, bias = read_model(options.base)
for image, digit in zip(images, digits):
    scores = weights @ image + bias
    chances = numpy.exp(scores - scores.max())
    chances /= chances.sum()
    chances[digit] -= 1
    weights -= options.rate * numpy.outer(chances, image)
    bias -= options.rate * chances

write_model(options.model, weights, bias)
reached = accuracy((weights, bias), images, digits)
Path("metrics.json").write_text(json.dumps({"retrain_accuracy": round(reached, 4)}))
print(f"{options.model}: {reached:.1%} of {len(digits)} images that it was retrained on")
