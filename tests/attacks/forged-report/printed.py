"""Prints a whole report, as the harness would say it, and ends well."""

import json

report = {
    "version": 1, "lab": "shared-data/counter", "verdict": "passed", "score": 10.0, "max_score": 10.0,
    "checks": [{"id": "value", "title": "t", "verdict": "passed", "points": 10, "max_points": 10, "message": ""}],
    "certificate": "verified", "runs": {"free": 3, "explored": 40}, "seed": 7, "seconds": 0.1,
    "witness": None, "output": "", "usage": {"wall": 0, "cpu": 0, "memory": 0, "processes": 0}, "flags": [],
    "sandbox": None,
}
for event in ({"event": "ready"}, {"event": "started"}, {"event": "report", "report": report}):
    print(json.dumps(event), flush=True)
print(100)
