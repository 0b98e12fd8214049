"""The one table of a sitting: a line for each comparison, with its goal."""
import statistics

COLUMNS = ["", "median", "min", "max", "", "goal", "", "ours", "theirs"]
# A goal that starts with `<` holds for every round, the others for the median.
COMPARISONS = {
    "<": lambda samples, limit: max(samples) < limit,
    "≤": lambda samples, limit: statistics.median(samples) <= limit,
    "≥": lambda samples, limit: statistics.median(samples) >= limit,
}


def number(value):
    """Three digits, or all of a large number."""
    if value >= 1000:
        return f"{value:,.0f}"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:.{digits}f}"


def written(goal):
    return f"{goal[0]} {goal[1]:,}" if goal else ""


class Table:
    def __init__(self):
        self.lines, self.missed, self.met, self.failed = [], 0, 0, 0

    def section(self, title):
        self.lines.append([f"**{title}**"] + [""] * 8)

    def figure(self, what, turns, name, figure, unit, goal=None):
        """A line with a figure of one measure; `figure` takes it from a `Measured`."""
        if not self.skipped(what, turns, name, goal=goal):
            self.add(what, [figure(sample) for sample in turns.samples[name]], unit, goal)

    def ratio(self, what, turns, names, figure, unit="", goal=None, is_ours_first=True):
        """A line with the ratio of two measures of the same round, the first to the second."""
        if self.skipped(what, turns, *names, goal=goal):
            return
        first, second = ([figure(sample) for sample in turns.samples[name]] for name in names)
        medians = [f"{number(statistics.median(samples))} {unit}" for samples in (first, second)]
        ratios = [one / other for one, other in zip(first, second)]
        self.add(what, ratios, "×", goal, *(medians if is_ours_first else reversed(medians)))

    def add(self, what, samples, unit, goal=None, ours="", theirs=""):
        verdict = ""
        if goal:
            is_met = COMPARISONS[goal[0]](samples, goal[1])
            verdict = "met" if is_met else "**missed**"
            self.met, self.missed = self.met + is_met, self.missed + (not is_met)
        figures = [number(value) for value in (statistics.median(samples), min(samples), max(samples))]
        self.lines.append([what, *figures, unit, written(goal), verdict, ours, theirs])

    def fail(self, part, error):
        """A whole part that could not be measured."""
        self.section(f"{part}: failed: {error}".replace("|", "/"))
        self.failed += 1

    def skipped(self, what, turns, *names, goal=None):
        reason = next((turns.missing[name] for name in names if name in turns.missing), None)
        if reason is None:
            return False
        self.failed += reason.startswith("failed")
        reason = reason.replace("|", "/")
        self.lines.append([f"{what}: {reason}", "", "", "", "", written(goal), "not measured" if goal else "", "", ""])
        return True

    def text(self):
        """The table in Markdown, aligned so that it reads as it stands."""
        rows = [COLUMNS, *self.lines]
        # A line that says why it was skipped may be longer than the others.
        widths = [max(3, *(len(row[column]) for row in rows if column or row[1])) for column in range(len(COLUMNS))]
        right = {1, 2, 3}
        rule = ["-" * (width - 1) + ":" if column in right else "-" * width for column, width in enumerate(widths)]
        rows.insert(1, rule)
        return "\n".join(
            "| " + " | ".join(
                cell.rjust(width) if column in right else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths))) + " |" for row in rows)
