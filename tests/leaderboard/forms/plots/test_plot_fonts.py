import pytest
from xbench.leaderboard.forms.plots import fonts
from xbench.leaderboard.forms.plots.fonts import BASE, Typeface, typeface

pytest.importorskip("matplotlib", reason="plots need matplotlib, the extra `plots`")

PLAIN = Typeface((BASE,), frozenset())


@pytest.fixture
def machine(monkeypatch):
    """A machine with fonts that have the characters named."""

    def has(**families: str) -> None:
        monkeypatch.setattr(fonts, "_others", lambda: iter(families))
        monkeypatch.setattr(fonts, "_glyphs", lambda family: frozenset(families.get(family, "ab□")))

    return has


def test_the_base_font_is_enough_for_many_scripts():
    found = typeface(["XLM-R", "модель", "μοντέλο", "نموذج"])
    assert found == Typeface((BASE,), frozenset())


def test_only_fonts_that_are_needed_are_added(machine, caplog):
    machine(One="漢", Two="かa", Three="한", Four="漢字")
    assert typeface(["a漢b", "한"]) == Typeface((BASE, "One", "Three"), frozenset())
    assert caplog.records == []


def test_what_no_font_has_is_named_in_one_line(machine, caplog):
    machine(One="漢")
    found = typeface(["漢字", "b かx"])
    assert found.families == (BASE, "One")
    assert found.show("b 漢字 か x") == "b 漢□ □ □"
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("no font on this machine has U+0078, U+304B, U+5B57: drawn as □")
    assert "\n" not in line


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  a\nb\t c ", "a b c"),
        ("safe\u202eevil\u0007", "safe evil"),
        ("costs $5 or $x^2$", "costs $5 or $x^2$"),
        ("a" * 40, "a" * 40),
        ("a" * 30 + "b" * 30, "a" * 19 + "…" + "b" * 19),
    ],
)
def test_a_name_is_one_short_line(name, shown):
    assert PLAIN.name(name) == shown


def test_other_text_is_not_cut():
    assert PLAIN.show("a\n" + "b" * 99) == "a " + "b" * 99


def test_fonts_on_this_machine_are_asked_in_an_order_of_their_own():
    families = list(fonts._others())
    assert len(families) == len(set(families))
    assert BASE not in families
    assert not any(name.startswith(("cm", "STIX", "Last Resort")) for name in families)
    assert list(fonts._others()) == families
