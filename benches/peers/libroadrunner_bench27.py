"""libRoadRunner on the common speed benchmark: prints one JSON object.

Usage: python libroadrunner_bench27.py BENCH_FOLDER --patients N --rtol R --atol A [--dense]

CPU time covers parameter changes, reset and integration, not the loading of the model.
Doses are the model's own events; outputs are 29 daily points, or 1949 with --dense.
"""

import argparse
import csv
import gzip
import json
import math
import time

import numpy
import roadrunner


def output_times(dense):
    daily = {24.0 * day for day in range(29)}
    if dense:
        for dose in (0, 72, 168, 240, 336, 408, 504, 576):
            daily |= {dose + minute / 60 for minute in range(1, 241)}
    return sorted(daily)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    arguments.add_argument("--patients", type=int, default=64)
    arguments.add_argument("--rtol", type=float, default=1e-6)
    arguments.add_argument("--atol", type=float, default=1e-9)
    arguments.add_argument("--dense", action="store_true")
    options = arguments.parse_args()

    model = roadrunner.RoadRunner(f"{options.folder}/ketbench27_events.xml")
    model.setIntegrator("cvode")
    model.integrator.relative_tolerance = options.rtol
    model.integrator.absolute_tolerance = options.atol
    model.integrator.stiff = True
    model.integrator.maximum_num_steps = 100000
    with open(f"{options.folder}/population.csv") as file:
        population = list(csv.DictReader(file))[: options.patients]
    names = [name for name in population[0] if name != "patient"]
    reference = {}
    with gzip.open(f"{options.folder}/reference_daily.csv.gz", "rt") as file:
        rows = csv.DictReader(file)
        states = [name for name in rows.fieldnames if name not in ("patient", "time_h")]
        for row in rows:
            reference[int(row["patient"]), float(row["time_h"])] = [float(row[s]) for s in states]
    model.timeCourseSelections = ["time"] + states
    times = output_times(options.dense)
    squares, count, worst, failures = 0.0, 0, 0.0, 0
    seconds = 0.0
    for patient in population:
        start = time.process_time()
        model.resetAll()
        for name in names:
            model.setValue(name, float(patient[name]))
        try:
            result = model.simulate(times=times)
        except RuntimeError:
            failures += 1
            continue
        finally:
            seconds += time.process_time() - start
        for row in numpy.asarray(result):
            expected = reference.get((int(patient["patient"]), float(row[0])))
            if expected is None:
                continue
            for value, truth in zip(row[1:], expected):
                error = abs(value - truth) / (1e-9 + 1e-6 * abs(truth))
                squares += error * error
                count += 1
                worst = max(worst, error)
    print(
        json.dumps(
            {
                "version": roadrunner.__version__,
                "patients": len(population),
                "cpu_seconds": seconds,
                "patients_per_second_per_core": len(population) / seconds,
                "rms_tu": math.sqrt(squares / count) if count else None,
                "max_tu": worst if count else None,
                "failures": failures,
            }
        )
    )


if __name__ == "__main__":
    main()
