"""A kill with the applications' journals taken away is seen by the comparison that test_kill.py makes."""
import pytest

from helpers import until
from pipeline import APPLICATIONS, Outcome, Writer, build_pipeline, forget_journal, repeat_run

# A checkpoint, every ten seconds, may cover all that a kill would have changed: the next kill comes at another moment.
KILLS_MAX = 15


@pytest.mark.timeout(300)
def test_without_the_rowtime_journal_a_kill_changes_the_rows_of_every_application(new_server):
    server = new_server("--keep-journal", "--checkpoint-entries", "1000000")
    build_pipeline(server)
    outcomes = {application: Outcome(application) for application in APPLICATIONS}
    put_until_rows_come(server, outcomes, "before", server.kill)
    assert changed(server, outcomes) == set()
    seen = set()
    for kill in range(KILLS_MAX):
        forgotten = {application: forget_journal(server, application) for application in APPLICATIONS}
        server.start()
        put_until_rows_come(server, outcomes, f"after{kill}", server.kill)
        seen |= changed(server, outcomes)
        print(f"entries forgotten: {forgotten}; other rows: {sorted(seen)}")
        if seen == set(APPLICATIONS):
            break
    assert seen == set(APPLICATIONS)


def changed(server, outcomes):
    """Applications with a row that is not the one of an undisturbed run over their journal."""
    return {application for application, outcome in outcomes.items()
            if any(is_there != should_be for is_there, should_be in zip(outcome.records, repeat_run(server, application)[0]))}


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
