"""`make oracle`: our schema layer beside ORCID's own schemas, on thousands of documents. A disagreement ends in 1."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from hypothesis import HealthCheck, Phase, given, seed, settings

from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.validity import is_valid, is_valid_by_reference
from checker.orcid.payloads.xml_form import read_xml, write_xml
from tests.oracle import documents, mutants, nasty, official, verdict

REFUSED_SAMPLES = frozenset({"read_samples/work-3.0.xml"})
"""What the README beside the samples names as invalid."""


@dataclass
class Tally:
    """What came out."""

    documents: int = 0
    by_kind: Counter[tuple[str, bool]] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)

    def compare(self, about: str, kind: str, body: bytes, ours: str | None, theirs: str | None) -> None:
        """Count a document; keep it where we and the official schema differ."""
        self.documents += 1
        self.by_kind[kind, theirs is None] += 1
        if (ours is None) != (theirs is None):
            text = body.decode("utf-8", "replace")
            self.disagreements.append(
                f"{kind}, {about}\n  ORCID's schema: {theirs or 'takes it'}\n  ours: {ours or 'takes it'}\n{text}"
            )


def samples(tally: Tally) -> None:
    """Every sample as it is; those that are not named as invalid are to be taken."""
    for name, kind, body in official.samples():
        ours = verdict.refusal(kind, body)
        tally.compare(name, kind, body, ours, official.refusal(kind, body))
        if (ours is not None) != (name in REFUSED_SAMPLES):
            tally.disagreements.append(f"{kind}, the sample {name}: {ours or 'taken, although it is named as invalid'}")


def by_hand(tally: Tally) -> None:
    """Documents written by hand; where the oracle errs, what XML Schema says counts."""
    for about, kind, body in nasty.NASTY:
        tally.compare(about, kind, body, verdict.refusal(kind, body), official.refusal(kind, body))
    for about, kind, body, sound in nasty.WISER:
        ours = verdict.refusal(kind, body)
        if (ours is None) != sound:
            tally.disagreements.append(f"{kind}, {about}: {ours or 'taken'}, against XML Schema")


def mutated(tally: Tally, count: int, random: Random) -> None:
    """Mutants of the samples, of each kind as many."""
    streams: dict[str, list[Iterator[tuple[str, bytes]]]] = {kind: [] for kind in KINDS}
    for _, kind, body in official.samples():
        streams[kind].append(mutants.mutants(body, random))
    for number in range(count):
        kind = list(KINDS)[number % len(KINDS)]
        own = streams[kind]
        about, body = next(own[number // len(KINDS) % len(own)])
        tally.compare(about, kind, body, verdict.refusal(kind, body), official.refusal(kind, body))


def made_up(tally: Tally, count: int, start: int) -> None:
    """Content drawn from the descriptions, judged as it is and as the XML that says the same."""
    for kind in KINDS:
        _made_up(tally, kind, max(1, count // len(KINDS)), start)


def _made_up(tally: Tally, kind: str, count: int, start: int) -> None:
    @seed(start)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(documents.contents(kind))
    def judge(content: dict[str, object]) -> None:
        twin = write_xml(kind, content)
        ours = verdict.content_refusal(kind, content)
        tally.compare("made up", kind, twin, ours, official.refusal(kind, twin))
        read = read_xml(twin, kind)
        again = verdict.refusal(kind, twin)
        if (again is None) != (ours is None):
            tally.disagreements.append(f"{kind}, made up: {ours} as content, {again} as XML\n{twin.decode()}")
        elif ours is None and read_xml(write_xml(kind, read.content or {}), kind).content != read.content:
            tally.disagreements.append(f"{kind}, made up: not read as it was written\n{twin.decode()}")
        if is_valid_by_reference(kind, content) != is_valid(kind, content):
            tally.disagreements.append(
                f"{kind}, made up: the quick validator and the reference differ\n{twin.decode()}"
            )

    judge()


def main() -> int:
    """Run the comparison; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--count", type=int, default=5500, help="mutants of ORCID's samples")
    parser.add_argument("--made-up", type=int, default=1900, help="documents drawn from the descriptions")
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    lack = official.missing()
    if lack is not None:
        print(f"oracle: not run, because {lack}; the environment variable ORCID_REVIEW_SHARED says where to look")
        return 1
    tally = Tally()
    samples(tally)
    by_hand(tally)
    mutated(tally, options.count, Random(options.seed))
    made_up(tally, options.made_up, options.seed)
    for kind in KINDS:
        print(f"{kind:22}{tally.by_kind[kind, True]:7,} taken {tally.by_kind[kind, False]:7,} refused")
    for text in tally.disagreements:
        print(f"\n{text}")
    kinds = len({kind for kind, _ in tally.by_kind})
    print(f"oracle: {tally.documents:,} documents, {kinds} kinds, {len(tally.disagreements):,} disagreements")
    return 1 if tally.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
