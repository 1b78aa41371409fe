"""Collects handwritten digits, one image a file: collect.py SOURCE OUT COUNT

SOURCE is a folder of JSON files, one a digit, each with the grey values of its images in a row.
"""

import json
import sys
from pathlib import Path

SIDE = 28
source, out, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
out.mkdir(parents=True, exist_ok=True)

images = []
for digit in range(10):
    grey = json.loads((source / f"{digit}.json").read_text())["data"]
    size = SIDE * SIDE
    images += [(index, digit, grey[index * size : (index + 1) * size]) for index in range(len(grey) // size)]

images.sort(key=lambda image: (image[0], image[1]))
for number, (index, digit, grey) in enumerate(images[:count]):
    pixels = " ".join(str(round(value * 255)) for value in grey)
    name = f"{number:05}-{digit}-{index}.pgm"
    (out / name).write_text(f"P2\n{SIDE} {SIDE}\n255\n{pixels}\n")

print(f"{min(count, len(images))} images in {out}")
