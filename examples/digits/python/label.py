"""Writes the label of each clean image: label.py RAW CLEAN OUT.csv"""

import csv
import sys
from pathlib import Path

raw, clean, out = map(Path, sys.argv[1:4])
digit_of = {path.name.split("-")[0]: path.name.split("-")[1] for path in raw.glob("*.pgm")}
out.parent.mkdir(parents=True, exist_ok=True)
with out.open("w", newline="") as file:
    table = csv.writer(file)
    table.writerow(["image", "digit"])
    for path in sorted(clean.glob("*.pgm")):
        table.writerow([path.name, digit_of[path.stem]])

print(f"labels in {out}")
