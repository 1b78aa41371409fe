"""Halves the images and leaves out what is almost blank: clean.py RAW OUT --ink 4"""

import argparse
from pathlib import Path

import numpy

parser = argparse.ArgumentParser()
parser.add_argument("raw", type=Path)
parser.add_argument("out", type=Path)
parser.add_argument("--ink", type=float, default=4.0, help="mean grey value below which an image is blank")
options = parser.parse_args()
options.out.mkdir(parents=True, exist_ok=True)

kept = 0
for path in sorted(options.raw.glob("*.pgm")):
    _, size, _, *rows = path.read_text().splitlines()
    width, height = map(int, size.split())
    image = numpy.array(" ".join(rows).split(), dtype=float).reshape(height, width)
    if image.mean() < options.ink:
        continue
    half = image.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)).round().astype(int)
    pixels = " ".join(map(str, half.ravel()))
    number = path.name.split("-")[0]
    (options.out / f"{number}.pgm").write_text(f"P2\n{width // 2} {height // 2}\n255\n{pixels}\n")
    kept += 1

print(f"{kept} images in {options.out}")
