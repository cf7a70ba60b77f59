"""CPU time of claims from a queue of 1,000,000 cases; `CONCORD_HOME=/tmp/x python -m benchmarks.adjudication_claims`.

Needs an empty SQLite database, which it fills by SQL: utterances with a case each and its ranks, of which every tenth
belongs to a second adjudicator. Measured: the first claims, claims after 50,000 cases were decided, and claims of an
adjudicator for whom the 50,000 first places of the queue are second places of their own cases.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection
from django.utils import timezone

from agreement.domain.adjudication.claims import claim_next
from agreement.models import CaseHold
from common.models import User
from corpus.domain.codebooks.shipped_codebooks import adopt
from corpus.domain.people.members import add_member
from corpus.domain.structure.corpora import create_corpus
from corpus.models import Corpus, Membership

FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
"""
REPEATS = 40
OWN = 50_000


def fill(corpus: Corpus, count: int) -> None:
    """Create `count` utterances in dialogues of ten, with cases and ranks."""
    codebook = corpus.codebook_id
    series = corpus.series.create(name="Series")
    statements = [
        f"""INSERT INTO corpus_dialogue (id, public_id, corpus_id, series_id, code, "order", state, ready_at, is_dealt,
            topic, source_split, source_file, version)
            {FILL.format(count=count // 10)} SELECT i, lower(hex(randomblob(16))), {corpus.pk}, {series.pk}, 'D' || i, i,
            'ready', CURRENT_TIMESTAMP, TRUE, '', '', '', 1 FROM n""",
        f"""INSERT INTO corpus_utterance (id, public_id, dialogue_id, code, "order", text, version)
            {FILL.format(count=count)} SELECT i, lower(hex(randomblob(16))), (i - 1) / 10 + 1, 'U' || i,
            (i - 1) % 10 + 1, 'x', 1 FROM n""",
        f"""INSERT INTO agreement_adjudicationcase (id, corpus_id, utterance_id, agreement, state, raters, disagreement,
            differing, codebook_id, ranks, first_free, second_free, is_blind, is_double, is_audit, is_stale)
            {FILL.format(count=count)} SELECT i, {corpus.pk}, i, 'split', 'waiting', 3, 1.0 * i / {count}, '[]',
            {codebook}, '{{}}', TRUE, i % 10 = 0, i % 10 = 0, i % 10 = 0, FALSE, FALSE FROM n""",
        f"""INSERT INTO agreement_caserank (corpus_id, case_id, place, "order", score)
            {FILL.format(count=count)} SELECT {corpus.pk}, i, 1, 'disagreement', 1.0 * i / {count} FROM n""",
        f"""INSERT INTO agreement_caserank (corpus_id, case_id, place, "order", score)
            {FILL.format(count=count)} SELECT {corpus.pk}, i, 2, 'disagreement', 1.0 * i / {count} FROM n
            WHERE i % 10 = 0""",
        "ANALYZE",
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def claims(membership: Membership) -> Callable[[], None]:
    """Return a function that claims one case, and another one each time."""
    seen: list[CaseHold] = []

    def claim() -> None:
        hold = claim_next(membership=membership, now=timezone.now(), besides=[each.public_id for each in seen])
        if hold is None:
            raise RuntimeError("nothing is left")
        seen.append(hold)

    return claim


def measure(name: str, work: Callable[[], None]) -> None:
    """Print the CPU time of one call."""
    times = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        times.append(1000 * (time.process_time() - began))
    print(f"{name:45} median {statistics.median(times):7.1f} ms   max {max(times):7.1f} ms")


def main() -> None:
    """Fill the database and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=1_000_000)
    count = parser.parse_args().cases
    boss = User.objects.create_superuser("boss", password=None, may_create_corpora=True)
    corpus = create_corpus(title="Large", created_by=boss)
    adopt(corpus=corpus, name="affect-dialogue", created_by=boss)
    corpus.refresh_from_db()
    fill(corpus, count)
    people = [
        add_member(corpus=corpus, user=User.objects.create_user(f"person-{n}"), roles=["adjudicator"])
        for n in range(3)
    ]
    measure("first claims", claims(people[0]))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM agreement_caserank WHERE case_id > %s AND case_id % 20 <> 0", [count - OWN])
    measure("claims after 50,000 cases left the queue", claims(people[1]))
    with connection.cursor() as cursor:
        held = "SELECT id FROM agreement_adjudicationcase WHERE is_double ORDER BY id DESC LIMIT %s"
        cursor.execute(f"DELETE FROM agreement_caserank WHERE place = 1 AND case_id IN ({held})", [OWN])  # noqa: S608
        cursor.execute(
            "INSERT OR IGNORE INTO agreement_casehold (public_id, case_id, membership_id, codebook_id, place, 'order',"
            " blind, seen, token, state, is_skipped, lease_until, claimed_at, heartbeat_at, ended_at)"
            f" SELECT lower(hex(randomblob(16))), id, %s, {corpus.codebook_id}, 1, 'disagreement', TRUE, '', 1, 'done',"  # noqa: S608
            f" FALSE, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM ({held})",
            [people[2].pk, OWN],
        )
    measure("claims below 50,000 own double cases", claims(people[2]))


if __name__ == "__main__":
    main()
