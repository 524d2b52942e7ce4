import pytest

from bench.search import search


@pytest.mark.slow
@pytest.mark.alone
def test_it_fills_the_tables_of_today_and_names_its_plan(capsys: pytest.CaptureFixture[str]) -> None:
    search(["--messages", "6000", "--searches", "3"])

    said = capsys.readouterr().out
    assert "among 6,000 messages" in said
    assert "the plan of one:" in said
