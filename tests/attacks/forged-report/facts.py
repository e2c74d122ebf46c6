"""Answers for the reader of the source: closes its output and says in its place what suits it."""

import json
import os

from multiprocessing import Process, RawValue

box = RawValue("i", 0)
os.write(1, json.dumps({"start": -100, "names": []}).encode() + b"\n")


def work():
    os.write(1, json.dumps({"start": 0, "names": [], "event": "report"}).encode() + b"\n")


if __name__ == "__main__":
    for _ in range(10):
        Process(target=work).start()
    print(box.value + 100)
