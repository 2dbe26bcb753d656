from __future__ import annotations

from checker.content.reports import formats

from .sample import Sample


def test_every_module_beside_the_package_is_a_format() -> None:
    found = formats()
    assert set(found) == {"html", "json", "terminal"}
    assert {f.FILE for f in found.values()} == {"report.html", "review.json", None}
    assert all(f.DESCRIPTION for f in found.values())


def test_the_same_input_gives_the_same_report(sample: Sample) -> None:
    for format in formats().values():
        first = format.render(sample.review, sample.evidence, sample.folder)
        assert first == format.render(sample.review, sample.evidence, sample.folder), format.NAME


def test_a_report_holds_nothing_of_this_machine(sample: Sample) -> None:
    for format in formats().values():
        assert str(sample.folder.parent) not in format.render(sample.review, sample.evidence, sample.folder)
