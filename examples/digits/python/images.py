"""What the training scripts share: images, labels and models on disk."""

import csv
import json
from pathlib import Path

import numpy


def read_image(path):
    return numpy.array(path.read_text().split()[4:], dtype=float) / 255


def read_part(images, labels, first, last):
    """The images from number `first` up to but not including `last`, in the order of the label file."""
    with labels.open() as file:
        rows = list(csv.DictReader(file))[first:last]
    return numpy.array([read_image(images / row["image"]) for row in rows]), numpy.array([int(row["digit"]) for row in rows])


def write_model(path, weights, bias):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"weights": numpy.round(weights, 6).tolist(), "bias": numpy.round(bias, 6).tolist()}))


def read_model(path):
    model = json.loads(Path(path).read_text())
    return numpy.array(model["weights"]) * model.get("scale", 1), numpy.array(model["bias"])


def accuracy(model, images, digits):
    weights, bias = model
    return float(((images @ weights.T + bias).argmax(axis=1) == digits).mean())
