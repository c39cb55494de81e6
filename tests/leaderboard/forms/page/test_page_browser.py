"""The page in a real browser: Debian's chromium and chromium-driver, driven by selenium."""

from pathlib import Path

import pytest
from xbench.leaderboard.board import make_board
from xbench.leaderboard.forms.page import render

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
    # A page that still scrolls takes no clicks.
    "--force-prefers-reduced-motion",
)
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    if not (CHROMIUM.exists() and DRIVER.exists()):
        pytest.skip(f"{CHROMIUM} and {DRIVER} are not installed (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def address(filed, tmp_path_factory):
    return written(render(filed.board, filed.results), tmp_path_factory.mktemp("page"))


def written(text: str, directory: Path) -> str:
    path = directory / "index.html"
    path.write_text(text, encoding="utf-8", newline="")
    return path.as_uri()


class Visit:
    """A page that is open, with the few things that these tests do to it."""

    def __init__(self, driver, address: str) -> None:
        self.driver = driver
        driver.get(address)

    def run(self, script: str, *arguments):
        return self.driver.execute_script(script, *arguments)

    def find(self, selector: str):
        return self.driver.find_element("css selector", selector)

    def all(self, selector: str):
        return self.driver.find_elements("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        """The texts that are rendered; those of hidden elements are left out."""
        return [one.text for one in self.all(selector) if one.is_displayed()]

    def click(self, selector: str) -> None:
        one = self.find(selector)
        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", one)
        one.click()

    def press(self, *keys: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def choose(self, label: str, text: str) -> None:
        """Choose an option of the selection with this label."""
        from selenium.webdriver.support.select import Select

        Select(self.driver.find_element("xpath", f"//label[span='{label}']/select")).select_by_visible_text(text)

    def tick(self, label: str) -> None:
        box = self.driver.find_element("xpath", f"//label[normalize-space()='{label}']/input")
        self.run("arguments[0].click()", box)

    def names(self) -> list[str]:
        return self.texts("#leaderboard-table tbody th > span > :is(a, bdi)")

    def cell(self, task: str, language: str) -> str:
        """The selector of a cell's button in the heat map."""
        return f'#heat-map button[aria-label^="{task}, {language}:"]'

    def command(self, name: str, **arguments) -> None:
        self.driver.execute_cdp_cmd(name, arguments)


@pytest.fixture
def visit(driver, address):
    """Opens the page of the small board, and refuses whatever the browser has to say of it at the end."""
    driver.get_log("browser")
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    yield Visit(driver, address)
    assert driver.get_log("browser") == []


def sort_by(visit, key: str) -> str:
    heading = f'#leaderboard-table thead [data-key="{key}"]'
    visit.click(f"{heading} button")
    return visit.find(heading).get_attribute("aria-sort")


def test_sorting_by_a_number_keeps_blanks_last(visit):
    assert visit.names() == ["complete high", "complete low", "base", "model", "Published"]
    assert sort_by(visit, "average") == "descending"
    assert visit.names() == ["Published", "complete high", "complete low", "base", "model"]
    assert sort_by(visit, "average") == "ascending"
    assert visit.names() == ["complete low", "complete high", "Published", "base", "model"]
    assert len(visit.all("#leaderboard-table [aria-sort]")) == 1


def test_every_column_can_be_sorted_both_ways(visit):
    for box in visit.all("#leaderboard-tools .whole-group input"):
        if not box.is_selected():
            visit.run("arguments[0].click()", box)
    keys = [one.get_attribute("data-key") for one in visit.all("#leaderboard-table thead [data-key]")]
    assert len(keys) > 15
    values = "return [...document.querySelectorAll('#leaderboard-table tbody tr')].map(row => row.cells[arguments[0]])"
    script = values + ".map(cell => cell.dataset.value && !cell.matches('.partial') ? cell.dataset.value : null)"
    for index, key in enumerate(keys):
        number = visit.find(f'#leaderboard-table thead [data-key="{key}"]').get_attribute("data-kind") == "number"
        for _ in range(2):
            down = sort_by(visit, key) == "descending"
            found = visit.run(script, index)
            there = [float(one) if number else one.lower() for one in found if one is not None]
            assert there == sorted(there, reverse=down), key
            assert None not in found[: len(there)], key


def test_partial_means_are_hidden_until_asked_for_and_stand_behind_complete_ones(visit):
    average = "#leaderboard-table tr[data-system] td.partial span"
    assert not any(one.is_displayed() for one in visit.all(average))
    visit.tick("partial means")
    assert any(one.is_displayed() for one in visit.all(average))
    sort_by(visit, "average")
    # 68.1, 60 and 40, then the partial 75 and 66.7: complete ones stand first whatever the direction.
    assert visit.names() == ["Published", "complete high", "complete low", "model", "base"]
    sort_by(visit, "average")
    assert visit.names() == ["complete low", "complete high", "Published", "base", "model"]
    assert "4/162" in visit.find("#leaderboard-table tbody tr:last-child").text


def test_filters(visit):
    search = visit.find("input[type=search]")
    search.send_keys("COMPLETE")
    assert visit.names() == ["complete high", "complete low"]
    assert visit.find("output.count").text == "2 of 5 rows"
    search.clear()
    search.send_keys("x")
    visit.press("\ue003")  # backspace: `clear` alone fires no input event
    assert visit.find("output.count").text == "5 rows"
    visit.tick("complete only")
    assert visit.names() == ["complete high", "complete low", "Published"]
    visit.tick("complete only")
    visit.choose("With scores of", "XNLI")
    assert len(visit.names()) == 5
    visit.choose("With scores of", "PAN-X")
    assert visit.names() == ["complete high", "complete low"]


def test_columns_are_chosen_by_group_and_alone(visit):
    def headings():
        return visit.texts("#leaderboard-table thead tr:last-child th")

    assert "parameters" not in headings()
    assert "About" not in visit.texts("#leaderboard-table .groups th")
    visit.tick("About")
    assert "parameters" in headings()
    assert "22.7 M" in visit.find("#leaderboard-table").text
    before = headings()
    visit.tick("XNLI")
    assert [one for one in before if one not in headings()] == ["XNLI"]
    classification = next(one for one in visit.all(".groups th") if one.text == "Classification")
    assert classification.get_attribute("colspan") == "2"
    visit.tick("Classification")
    assert "XNLI" in headings()
    visit.tick("Classification")
    assert "Classification" not in visit.texts("#leaderboard-table .groups th")


def test_the_keyboard_alone_sorts_and_skips(visit):
    visit.press("\ue004")
    assert visit.run("return document.activeElement.textContent") == "Skip to the leaderboard"
    assert visit.find(".skip").rect["x"] >= 0
    visit.press("\ue007")
    assert visit.run("return document.activeElement.id") == "leaderboard"
    button = visit.find('#leaderboard-table [data-key="average"] button')
    visit.run("arguments[0].focus()", button)
    assert visit.run("return getComputedStyle(document.activeElement).outlineStyle") != "none"
    visit.press("\ue007")
    assert visit.names()[0] == "Published"
    visit.press(" ")
    assert visit.names()[0] == "complete low"


def test_the_drill_down_shows_what_was_fixed_and_gives_the_focus_back(visit):
    visit.choose("System", "model")
    visit.click(visit.cell("XNLI", "Arabic"))
    dialog = visit.find("dialog")
    assert dialog.get_attribute("open") is not None
    assert visit.find("#examples-heading").text == "XNLI, Arabic"
    assert "Answered differently: 1 of 4 examples (1 fixed, 0 broken, 0 changed). Shown: 1 of 1." in dialog.text
    assert visit.texts(".answers dd") == ["entailment", "contradiction", "entailment"]
    assert visit.texts(".verdict") == ["fixed"]
    visit.press("\ue00c")
    assert dialog.get_attribute("open") is None
    focused = visit.run("return document.activeElement.getAttribute('aria-label')")
    assert focused.startswith("XNLI, Arabic:")
    visit.click(visit.cell("XNLI", "Arabic"))
    visit.click("dialog .close")
    assert dialog.get_attribute("open") is None


def test_examples_are_filtered_by_verdict_and_tags_stand_below_each_other(visit):
    visit.choose("System", "model")
    visit.click(visit.cell("UD-POS", "Hebrew"))
    assert visit.texts(".verdict") == ["fixed", "broken"]
    visit.choose("Verdict", "broken")
    assert visit.texts(".verdict") == ["broken"]
    assert visit.texts(".tagged li span") == ["הכלב", "NOUN", "NOUN", "VERB"]
    assert visit.texts(".tagged .wrong") == ["VERB"]


def test_why_there_are_no_examples_is_said(visit):
    visit.choose("System", "base")
    visit.click(visit.cell("XNLI", "Arabic"))
    assert "This is the baseline" in visit.find("dialog").text
    visit.press("\ue00c")
    visit.choose("System", "complete low")
    visit.click(visit.cell("XNLI", "Arabic"))
    assert "No answers to set beside each other" in visit.find("dialog").text


def test_arrows_move_in_the_heat_map_which_is_one_stop(visit):
    visit.choose("System", "model")
    assert len(visit.all("#heat-map button[tabindex='0']")) == 1
    first = visit.find("#heat-map button[tabindex='0']")
    visit.run("arguments[0].focus()", first)
    label = "return document.activeElement.getAttribute('aria-label').split(':')[0]"
    assert visit.run(label) == "XQuAD, English"
    visit.press("\ue015")
    assert visit.run(label) == "XQuAD, English"  # nothing below it
    visit.run("arguments[0].focus()", visit.find(visit.cell("XNLI", "Arabic")))
    visit.press("\ue015")
    assert visit.run(label) == "XNLI, German"
    visit.press("\ue013")
    assert visit.run(label) == "XNLI, Arabic"
    assert len(visit.all("#heat-map button[tabindex='0']")) == 1
    visit.press("\ue007")
    assert visit.find("dialog").get_attribute("open") is not None


def test_heat_map_of_scores_and_of_changes(visit):
    visit.choose("System", "model")
    assert visit.find(visit.cell("XNLI", "Arabic")).text == "+25.0"
    # Steps of 20 points, the largest there are: 25 is in the second, 75 in the last.
    assert "gain-2" in visit.find("#heat-map td:has([aria-label^='XNLI, Arabic:'])").get_attribute("class")
    assert "loss-4" in visit.find("#heat-map td:has([aria-label^='XNLI, German:'])").get_attribute("class")
    assert "even" in visit.find("#heat-map td:has([aria-label^='UD-POS, Hebrew:'])").get_attribute("class")
    assert "found" in visit.find(visit.cell("XNLI", "German")).get_attribute("class")
    assert len(visit.all(".legend li")) == 9
    visit.choose("Show", "scores")
    assert visit.find(visit.cell("XNLI", "Arabic")).text == "75.0"
    assert "score-7" in visit.find("#heat-map td:has([aria-label^='XNLI, Arabic:'])").get_attribute("class")
    assert len(visit.all(".legend li")) == 10


def test_the_forest_plot_has_intervals_and_says_what_is_found(visit):
    assert visit.texts("#improvement-plot tbody th bdi") == ["model", "complete high", "complete low"]
    assert "+8.3 [+7.3, +9.3]" in visit.find("#improvement-plot").text
    visit.choose("Measured by", "UD-POS")
    row = visit.find("#improvement-plot tbody tr:has(.gain, .loss) svg")
    low, high, point = (
        float(row.find_element("css selector", one).get_attribute(name).rstrip("%"))
        for one, name in ((".interval", "x1"), (".interval", "x2"), (".point", "cx"))
    )
    assert low < point < high
    names = visit.texts("#improvement-plot tbody th bdi")
    hollow = [bool(one.find_elements("css selector", ".hollow")) for one in visit.all("#improvement-plot tbody tr")]
    # 75 against the baseline's 75 is chance, 60 and 40 are not
    assert dict(zip(names, hollow, strict=True)) == {"model": True, "complete high": False, "complete low": False}


def test_a_name_in_the_table_leads_to_its_system(visit):
    visit.click('#leaderboard-table tr[data-system="1"] th a')
    assert visit.driver.current_url.endswith("#closer")
    assert visit.run("return document.querySelector('#closer-tools select').selectedOptions[0].text") == "complete low"


def background(visit) -> str:
    return visit.run("return getComputedStyle(document.body).backgroundColor")


def test_themes_follow_the_system_and_the_switch(visit):
    visit.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    dark = background(visit)
    visit.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
    light = background(visit)
    assert light != dark
    visit.choose("Theme", "dark")
    assert background(visit) == dark
    visit.choose("Theme", "automatic")
    assert background(visit) == light


CONTRASTS = """
const pixel = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
function luminance(colour) {
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  const linear = [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}
function behind(element) {
  const own = getComputedStyle(element).backgroundColor;
  return own === 'rgba(0, 0, 0, 0)' ? behind(element.parentElement) : own;
}
return [...document.querySelectorAll(arguments[0])].filter((one) => one.checkVisibility()).map((one) => {
  const [low, high] = [luminance(getComputedStyle(one).color), luminance(behind(one))].sort((a, b) => a - b);
  return [one.className + one.tagName + one.textContent.slice(0, 20), (high + 0.05) / (low + 0.05)];
});
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("quantity", ["scores", "change against the baseline"])
def test_text_is_readable_on_every_colour(visit, theme, quantity):
    visit.choose("Theme", theme)
    visit.choose("System", "model")
    visit.choose("Show", quantity)
    visit.click(visit.cell("UD-POS", "Hebrew"))
    found = visit.run(CONTRASTS, ".legend li, .heat button, th, td, small, p, a, summary, label, dt, dd, .verdict")
    assert len(found) > 100
    assert [one for one in found if one[1] < 4.5] == []


@pytest.mark.parametrize("opened", [False, True])
def test_a_phone_needs_no_sideways_scrolling(visit, opened):
    visit.command("Emulation.setDeviceMetricsOverride", **PHONE)
    visit.driver.refresh()
    visit.run("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    if opened:
        visit.choose("System", "model")
        visit.click(visit.cell("XQuAD", "English"))
        assert visit.run("const d = document.querySelector('dialog'); return d.scrollWidth <= d.clientWidth")
    assert visit.run("return innerWidth") == 360
    assert visit.run("return document.documentElement.scrollWidth") == 360
    wide = visit.run("return document.querySelector('#leaderboard .scroll').scrollWidth")
    assert wide > 360
    # The names stay while the rest of the table moves.
    visit.run("document.querySelector('#leaderboard .scroll').scrollLeft = 200")
    assert visit.find("#leaderboard-table tbody th").rect["x"] == visit.find("#leaderboard .scroll").rect["x"]


def test_right_to_left_text_runs_from_the_right(visit):
    visit.choose("System", "model")
    visit.click(visit.cell("XNLI", "Arabic"))
    direction = "return [...document.querySelectorAll('.passage')].map((one) => getComputedStyle(one).direction)"
    assert visit.run(direction) == ["rtl", "ltr"]
    assert visit.run("return document.querySelector('.passage').lang") == "ar"
    first, _ = visit.all(".passage")
    rectangle = "const r = new Range(); r.selectNodeContents(arguments[0]); return r.getBoundingClientRect().right"
    assert visit.run(rectangle, first) == pytest.approx(first.rect["x"] + first.rect["width"], abs=2)


def test_nothing_is_fetched_and_no_text_becomes_markup(visit):
    assert visit.run("return performance.getEntriesByType('resource').length") == 0
    refused = "try { document.body.insertAdjacentHTML('beforeend', '<b>x</b>'); } catch (error) { return error.name; }"
    assert visit.run(refused) == "TypeError"
    # The browser reports what it refused, as it should.
    assert any("TrustedHTML" in one["message"] for one in visit.driver.get_log("browser"))


def test_without_motion_nothing_moves_by_itself(visit):
    scrolling = "return getComputedStyle(document.documentElement).scrollBehavior"
    visit.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "no-preference"}])
    assert visit.run(scrolling) == "smooth"
    visit.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    assert visit.run(scrolling) == "auto"


def test_hostile_text_does_nothing(driver, hostile, tmp_path):
    driver.get_log("browser")
    names = [system.name for system in hostile.board.systems]
    visit = Visit(driver, written(render(hostile.board, hostile.results), tmp_path))
    visit.tick("About")
    sort_by(visit, "system")
    visit.find("input[type=search]").send_keys("img")
    for task in ("XNLI, Arabic", "UD-POS, Hebrew", "XQuAD, English"):
        visit.click(f'#heat-map button[aria-label^="{task}"]')
        assert "onerror=window.owned" in visit.find("dialog").text
        visit.press("\ue00c")
    assert visit.run("return window.owned") is None
    assert visit.run("return document.querySelectorAll('img').length") == 0
    links = [one.get_attribute("textContent") for one in visit.all("#leaderboard-table tbody th > span > a")]
    assert sorted(links) == sorted(names)
    assert driver.get_log("browser") == []


def test_a_board_without_baseline_and_statistics(driver, filed, tmp_path):
    driver.get_log("browser")
    board = make_board(filed.results.records, suite="xtreme", baseline=None)
    visit = Visit(driver, written(render(board, filed.results), tmp_path))
    assert not visit.find("#improvement").is_displayed()
    assert not visit.find("#heat-tools").is_displayed()
    # Nothing on it is complete, so that the partial means are shown from the start.
    assert "75.0" in visit.find("#leaderboard-table").text
    visit.click(visit.cell("XNLI", "Arabic"))
    assert "There is no baseline" in visit.find("dialog").text
    assert driver.get_log("browser") == []


def test_without_javascript_there_is_a_plain_table(driver, address):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        driver.get(address)
        table = driver.find_element("css selector", "#leaderboard-table")
        assert "complete high" in table.text
        assert "75.0" in table.text
        assert "4/162" in table.text
        assert not driver.find_element("css selector", "#closer").is_displayed()
        assert "Without JavaScript" in driver.find_element("css selector", "body").text
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
