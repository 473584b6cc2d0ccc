"""The commands: an answer log is measured without a database; counts are rebuilt; a batch is made."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, func, select, update

from app import create_app
from app.quizzes.models import ResponseCount
from app.uniformity.models import Measure
from tests.conftest import test_config
from tests.uniformity.conftest import Full, World

HEAD = "seq,officer,office,state,rule,question,version,option,key"
STAFF = "office,state,staff"


@pytest.fixture
def nowhere() -> Flask:
    """Return the application with a database that nobody can reach."""
    return create_app(test_config("sqlite:////nowhere/at/all/seragam.db"))


def log(path: Path, lines: Sequence[str], head: str = HEAD) -> str:
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return str(path)


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["uniformity", *arguments])


def four_offices() -> list[str]:
    """Return first answers of four offices of two states: all of office 1 right, all of office 2 wrong, the others half."""
    options = {"1": [0, 0, 0, 0], "2": [1, 1, 1, 1], "3": [0, 1, 0, 1], "4": [0, 4, 1, 0]}
    lines = []
    for office, held in options.items():
        for n, option in enumerate(held):
            state = "a" if office in "12" else "b"
            lines.append(f"{len(lines)},p{office}{n},{office},{state},7,3,1,{option},0")
    return lines


def test_a_log_is_measured_for_the_nation_and_each_state_without_a_database(
    nowhere: Flask, tmp_path: Path
) -> None:
    path = log(tmp_path / "log.csv", four_offices())
    done = run(nowhere, "measure", path, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert list(told) == ["nation/rule7", "statea/rule7", "stateb/rule7"]
    assert told["statea/rule7"]["S"] == 0, "one office is all right, the other all wrong"
    assert told["statea/rule7"]["D"] == 1
    (question,) = told["nation/rule7"]["questions"]
    assert (question["n"], question["offices"], question["question"]) == (16, 4, 3)
    shares = [told["nation/rule7"][name] for name in "SWUD"]
    assert sum(shares) == pytest.approx(1)
    # ordered pairs of officers of two offices: all of the nation less those within each office
    right, wrong = [4, 0, 2, 2], [0, 4, 2, 1]
    assert shares[0] == pytest.approx((8**2 - sum(k * k for k in right)) / (16**2 - 4 * 16))
    assert shares[1] == pytest.approx((7**2 - sum(k * k for k in wrong)) / (16**2 - 4 * 16))
    assert shares[2] == 0


def test_staff_adds_the_share_by_staff_and_offices_their_insides(
    nowhere: Flask, tmp_path: Path
) -> None:
    path = log(tmp_path / "log.csv", four_offices())
    staff = log(tmp_path / "staff.csv", ["1,a,10", "2,a,10", "3,b,30", "4,b,50"], STAFF)
    done = run(nowhere, "measure", path, "--json", "--staff", staff, "--offices")
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert 0 < told["nation/rule7"]["questions"][0]["S_staff"] < 1
    assert told["office1/rule7"]["S"] == 1
    assert told["office2/rule7"]["W"] == 1
    assert told["office3/rule7"]["D"] == pytest.approx(2 / 3)


def test_without_json_a_rule_is_told_on_one_line(nowhere: Flask, tmp_path: Path) -> None:
    done = run(nowhere, "measure", log(tmp_path / "log.csv", four_offices()))
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert len(lines) == 3
    assert lines[1] == (
        "statea/rule7: 0% same and right, 0% same but wrong, 0% both refer, 100% different"
        " (8 answers to 1 questions)"
    )


def test_one_office_alone_is_too_little_to_compare(nowhere: Flask, tmp_path: Path) -> None:
    done = run(nowhere, "measure", log(tmp_path / "log.csv", four_offices()[:4]))
    assert done.exit_code == 0
    assert "nation/rule7: 4 answers are too few to compare." in done.output


def test_only_the_first_answer_to_the_newest_version_counts_in_a_log(
    nowhere: Flask, tmp_path: Path
) -> None:
    lines = [
        *four_offices(),
        "90,p10,1,a,7,3,1,1,0",  # again
        "91,p20,2,a,7,3,1,0,0",  # again
    ]
    again = run(nowhere, "measure", log(tmp_path / "again.csv", lines), "--json")
    once = run(nowhere, "measure", log(tmp_path / "once.csv", four_offices()), "--json")
    assert again.output == once.output
    newer = [line.replace(",3,1,", ",3,2,") for line in lines[:4]]
    newest = run(nowhere, "measure", log(tmp_path / "new.csv", [*lines, *newer]), "--json")
    assert json.loads(newest.output)["nation/rule7"]["questions"][0]["n"] == 4


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x,p,1,a,7,3,1,0,0", "line 3: seq must be a whole number from 0, not 'x'"),
        ("5,p,1,a,7,3,1,-1,0", "line 3: option must be a whole number from 0, not '-1'"),
        ("5,p,1,a,7,3,1,1.5,0", "line 3: option must be a whole number"),
        ("5,p,1,a,7,3,1,٣,0", "line 3: option must be a whole number"),
        ("5,,1,a,7,3,1,0,0", "line 3: officer is empty"),
        ("5,p,1,a,7,3,1,0", "line 3: 8 cells where the first line has 9"),
        (
            "5,p,1,a,7,3,1,0,2",
            "line 3: the key of question 3 of rule 7, version 1, is 2 here and 0",
        ),
        ('5,"p,1,a,7,3,1,0,0', "line 3: this is not CSV"),
        ("5,p,1,b,7,3,1,0,0", "line 3: office 1 is in state b here and in state a on line 2"),
        (
            "0,p10,1,a,7,3,1,1,0",
            "line 3: officer p10 answers question 3 of rule 7 at seq 0 here and on",
        ),
        (f"5,p,1,a,7,3,1,{'9' * 5000},0", "line 3: option must be a whole number from 0, not '999"),
        (f"5,p,{'9' * 5000},a,7,3,1,0,0", "line 3: office is longer than 200 signs"),
    ],
)
def test_a_faulty_line_is_told_with_its_number_and_ends_the_command(
    nowhere: Flask, tmp_path: Path, line: str, said: str
) -> None:
    path = log(tmp_path / "log.csv", [four_offices()[0], line])
    done = run(nowhere, "measure", path, "--json")
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
    assert len(done.output.strip().splitlines()) == 1, "one line for one fault"


def test_options_of_any_number_cost_nothing(nowhere: Flask, tmp_path: Path) -> None:
    lines = [
        "1,p,1,a,7,3,1,0,0", "2,q,2,a,7,3,1,0,0", "3,r,2,a,7,3,1,999999999999999,0",
    ]  # fmt: skip
    done = run(nowhere, "measure", log(tmp_path / "log.csv", ["", *lines]), "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["nation/rule7"]["S"] == 0.5


def test_which_option_means_not_sure_can_be_told(nowhere: Flask, tmp_path: Path) -> None:
    """Nobody was unsure: the highest option is the right one."""
    path = log(tmp_path / "log.csv", [f"{n},p{n},{n},a,7,03,1,2,2" for n in range(4)])
    guessed = run(nowhere, "measure", path)
    assert 'the key of question 03 of rule 7 is the option for "not sure"' in guessed.output
    assert "0% same and right" in guessed.output
    assert "100% both refer" in guessed.output
    named = run(nowhere, "measure", path, "--unsure", "9", "--json")
    told = json.loads(named.output)["nation/rule7"]
    assert (told["S"], told["questions"][0]["question"]) == (1, "03")


def test_many_faults_are_told_one_line_each_and_then_counted(
    nowhere: Flask, tmp_path: Path
) -> None:
    path = log(tmp_path / "log.csv", [f"x{n},p,1,a,7,3,1,0,0" for n in range(30)])
    done = run(nowhere, "measure", path)
    assert done.exit_code != 0
    lines = done.output.strip().splitlines()
    assert len(lines) == 21
    assert lines[19].startswith("line 21: seq")
    assert lines[20] == "and 10 more."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: these columns are missing: seq, officer"),
        (b"seq,officer\n1,p\n", "line 1: these columns are missing: office, state"),
        (b"\xff\xfe\x00", "line 1 is not text in UTF-8"),
        (f"{HEAD}\n1,p,1,a,7,3,1,0,0\n2,\xe9".encode("latin-1"), "line 3 is not text in UTF-8"),
        (f"{HEAD}\n".encode(), "there are no answers in it"),
        (f"{HEAD},key\n1".encode(), "line 1: these columns are there twice: key"),
        (f'{HEAD}\n1,p,1,a,7,3,1,0,0\n2,"q,1\n3,\n4,\n'.encode(), "line 3: this is not CSV"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_one_line(
    nowhere: Flask, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    done = run(nowhere, "measure", str(path))
    assert done.exit_code != 0
    assert said in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_a_file_that_is_not_there_is_told_in_one_line(nowhere: Flask, tmp_path: Path) -> None:
    done = run(nowhere, "measure", str(tmp_path / "tiada.csv"))
    assert done.exit_code != 0
    assert "tiada.csv cannot be read" in done.output


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["1,a,10"], "line 6: office 2 answers, but the staff file does not have it"),
        (
            ["1,b,10", "2,a,10", "3,b,9", "4,b,9"],
            "line 2: office 1 is in state a, in the staff file in state b",
        ),
        (["1,a,10", "1,a,11"], "line 3: office is told twice"),
        (["1,a,many"], "line 2: staff must be a whole number"),
    ],
)
def test_a_staff_file_that_does_not_fit_is_told_so(
    nowhere: Flask, tmp_path: Path, lines: list[str], said: str
) -> None:
    path = log(tmp_path / "log.csv", four_offices())
    staff = log(tmp_path / "staff.csv", lines, STAFF)
    done = run(nowhere, "measure", path, "--json", "--staff", staff)
    assert done.exit_code != 0
    assert said in done.output


def test_a_file_of_spreadsheets_with_a_mark_at_its_begin_and_other_columns_is_read(
    nowhere: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "log.csv"
    lines = [f"{HEAD},note", *[f"{line},x" for line in four_offices()], ""]
    path.write_text("\ufeff" + "\r\n".join(lines), encoding="utf-8")
    done = run(nowhere, "measure", str(path), "--json")
    assert done.exit_code == 0, done.output
    assert "nation/rule7" in json.loads(done.output)


def test_recount_mends_the_counts_and_measures_anew(app: Flask, full: Full, world: World) -> None:
    full()
    with world.database.transaction() as session:
        session.execute(update(ResponseCount).values(n=ResponseCount.n + 1))
        cells = session.scalar(select(func.count()).select_from(ResponseCount))
    done = run(app, "recount")
    assert done.exit_code == 0, done.output
    mended, later, batch = done.output.splitlines()
    assert mended == f"{cells} cells of counts, {cells} of them were wrong."
    assert later == "What was released of them is replaced when ten more officers have answered."
    assert batch.startswith("24 of 24 cells of offices and rules released anew;")
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Measure)) > 0
    assert run(app, "recount").output.startswith(f"{cells} cells of counts, 0 of them were wrong.")


def test_batch_measures_now_and_releases_nothing_twice(
    app: Flask, full: Full, world: World
) -> None:
    full(questions=("UJ-1.1-a",))
    first = run(app, "batch")
    assert first.exit_code == 0
    assert first.output.startswith("8 of 8 cells of offices and rules released anew; ")
    again = run(app, "batch")
    assert again.output.startswith("0 of 8 cells of offices and rules released anew; ")
    assert first.output.split("; ")[1] == again.output.split("; ")[1]


def test_recount_of_an_empty_portal_is_no_fault(app: Flask, world: World) -> None:
    with world.database.transaction() as session:
        session.execute(delete(ResponseCount))
    done = run(app, "recount")
    assert done.exit_code == 0
    assert "0 cells of counts, 0 of them were wrong." in done.output
