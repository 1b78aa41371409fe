"""Trains a classifier of digits: train.py IMAGES LABELS.csv MODEL.json --count 4800 --epochs 4 --rate 0.02"""

import argparse
import json
from pathlib import Path

import numpy
from sklearn.linear_model import SGDClassifier

from images import read_part, write_model

parser = argparse.ArgumentParser()
parser.add_argument("images", type=Path)
parser.add_argument("labels", type=Path)
parser.add_argument("model", type=Path)
parser.add_argument("--count", type=int, default=4800)
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--rate", type=float, default=0.02)
parser.add_argument("--seed", type=int, default=7)
options = parser.parse_args()

# A real project reads the address of its experiment tracker here. Nothing of this file is ever recorded.
settings = Path(".env").read_text() if Path(".env").exists() else ""

images, digits = read_part(options.images, options.labels, 0, options.count)
order = numpy.random.default_rng(options.seed)
classifier = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=options.rate, random_state=options.seed)
checkpoints = Path("checkpoints")
for epoch in range(options.epochs):
    shuffled = order.permutation(len(digits))
    classifier.partial_fit(images[shuffled], digits[shuffled], classes=range(10))
    write_model(checkpoints / f"epoch-{epoch}.json", classifier.coef_, classifier.intercept_)

write_model(options.model, classifier.coef_, classifier.intercept_)
for checkpoint in checkpoints.glob("epoch-*.json"):
    checkpoint.unlink()
Path("metrics.json").write_text(json.dumps({"train_accuracy": round(classifier.score(images, digits), 4)}))
print(f"{options.model}: {classifier.score(images, digits):.1%} of {len(digits)} images that it has seen")
