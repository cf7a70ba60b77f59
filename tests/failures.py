"""Plugin that notes failed tests, so that `make test` can name them in its last lines."""

import os
from pathlib import Path

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Append the failed tests and their errors to the file that CONCORD_TEST_FAILED names."""
    if place := os.environ.get("CONCORD_TEST_FAILED"):
        reports = [*terminalreporter.stats.get("failed", []), *terminalreporter.stats.get("error", [])]
        with Path(place).open("a", encoding="utf-8") as file:
            file.writelines(f"{report.nodeid} ({report.when}): {_reason(report)}\n" for report in reports)


def _reason(report: pytest.TestReport) -> str:
    """Return the first line of the error that a test ended with: pytest marks it with an E."""
    lines = str(report.longrepr).strip().splitlines() or [""]
    return next((line[1:].strip() for line in lines if line.startswith("E  ")), lines[-1])
