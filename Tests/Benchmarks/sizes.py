"""How much a sitting measures; each has an option of its name."""
import argparse
import dataclasses


@dataclasses.dataclass
class Sizes:
    # Staging.
    rows: int = 1_000_000
    rounds: int = 5
    # Sending.
    send_rows: int = 200_000
    # How long wrk measures a ceiling.
    wrk_seconds: int = 5
    # How long a measure with latency takes.
    latency_seconds: int = 10
    latency_rounds: int = 3
    growth: tuple = (10_000, 100_000, 1_000_000)
    growth_rounds: int = 3
    # Rows of one record.
    one_record: int = 100_000
    # With snapshots, against the sandbox.
    snapshot_rows: int = 100_000
    snapshot_rounds: int = 3


QUICK = Sizes(
    rows=100_000, rounds=3, send_rows=20_000, wrk_seconds=1, latency_seconds=2, latency_rounds=1, growth=(10_000, 100_000),
    growth_rounds=1, one_record=1_000, snapshot_rows=5_000, snapshot_rounds=1)


def sizes(text):
    """Several numbers of rows."""
    return tuple(int(part) for part in text.split(","))


def add_options(parser: argparse.ArgumentParser):
    for field in dataclasses.fields(Sizes):
        option = "--" + field.name.replace("_", "-")
        parser.add_argument(option, type=sizes if field.type is tuple else int, help=f"default: {field.default}, or less with --quick")


def chosen(options):
    found = dataclasses.replace(QUICK if options.quick else Sizes())
    for field in dataclasses.fields(Sizes):
        if (value := getattr(options, field.name)) is not None:
            setattr(found, field.name, value)
    if options.large:
        found.growth = (*found.growth, 10_000_000)
    return found
