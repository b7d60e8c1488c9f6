"""A kill with the applications' journals taken away breaks the comparison that test_kill.py makes."""
import pytest

from helpers import until
from pipeline import (APPLICATIONS, Outcome, Writer, build_pipeline, compare_with_undisturbed_run, forget_journal,
                      stop_applications)


@pytest.mark.timeout(300)
def test_without_the_rowtime_journal_a_kill_changes_the_rows_of_every_application(new_server):
    server = new_server("--keep-journal")
    build_pipeline(server)
    outcomes = {application: Outcome(application) for application in APPLICATIONS}
    put_until_rows_come(server, outcomes, "before", server.kill)
    forgotten = {application: forget_journal(server, application) for application in APPLICATIONS}
    print(f"entries forgotten: {forgotten}")
    assert all(forgotten.values())
    server.start()
    put_until_rows_come(server, outcomes, "after", lambda: stop_applications(server, outcomes))
    for outcome in outcomes.values():
        # Another row, or, where no window of the rest has ended, rows that are missing.
        with pytest.raises(AssertionError, match=outcome.application):
            compare_with_undisturbed_run(server, outcome)


def put_until_rows_come(server, outcomes, when, then):
    writers = [Writer(server, f"writer{i}", when) for i in range(3)]
    for writer in writers:
        writer.start()
    for application, outcome in outcomes.items():
        known = len(outcome.records)
        until(f"rows of {application}", 60, lambda: len(outcome.read(server)) > known)
    then()
    for writer in writers:
        writer.finish()
