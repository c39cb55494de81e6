"""Links of the repository, as the site has them."""

import pytest
from sitegen.links import linked, listing, missing, origin_of, published, rewritten

URIS = [
    "index.md", "ci.md", "gpu.md", "benchmarks/README.md", "benchmarks/peers.json", "how-to/ci.md",
    "changelog.md", "contributing.md", "examples/ci.md", "listings/examples/ci/alarms.py.md",
]  # fmt: skip


@pytest.mark.parametrize(
    ("uri", "link", "there"),
    [
        ("ci.md", "gpu.md", "gpu.md"),
        ("ci.md", "gpu.md#a-b", "gpu.md#a-b"),
        ("ci.md", "../examples/ci/README.md", "examples/ci.md"),
        ("how-to/ci.md", "../../examples/ci/README.md", "../examples/ci.md"),
        ("ci.md", "benchmarks/", "benchmarks/README.md"),
        ("ci.md", "benchmarks", "benchmarks/README.md"),
        ("ci.md", "../README.md", "index.md"),
        ("ci.md", "../README.md#how-fast", "index.md#how-fast"),
        ("contributing.md", "docs/gpu.md", "gpu.md"),
        ("contributing.md", "CHANGELOG.md", "changelog.md"),
        ("benchmarks/README.md", "peers.json", "peers.json"),
        ("benchmarks/README.md", "../gpu.md", "../gpu.md"),
        ("examples/ci.md", "alarms.py", "../listings/examples/ci/alarms.py.md"),
        ("examples/ci.md", "../../docs/ci.md", "../ci.md"),
        # Not the site's business, and what the build is to complain of.
        ("ci.md", "https://example.org/a.md", "https://example.org/a.md"),
        ("ci.md", "#here", "#here"),
        ("ci.md", "gone.md", "gone.md"),
        ("ci.md", "../examples/ci/gone.py", "../examples/ci/gone.py"),
    ],
)
def test_a_link(uri, link, there):
    text = f'See [a page]({link}), and ![a picture]({link} "title").'
    expected = f'See [a page]({there}), and ![a picture]({there} "title").'
    assert rewritten(text, uri, published(URIS)) == expected


def test_code_is_left_alone():
    text = "[a](benchmarks)\n```md\n[b](benchmarks)\n```\n[c](benchmarks)\n````\n```\n[d](benchmarks)\n````\n"
    assert rewritten(text, "ci.md", published(URIS)) == (
        "[a](benchmarks/README.md)\n```md\n[b](benchmarks)\n```\n[c](benchmarks/README.md)\n````\n```\n[d](benchmarks)\n````\n"
    )


def test_what_a_page_links_to():
    text = "[a](../examples/ci/alarms.py) `x`\n\n```\n[b](b.md)\n```\n\n[c](c.md#d) [e](https://f) [g](#h)"
    assert list(linked(text, "ci.md")) == ["examples/ci/alarms.py", "docs/c.md"]


@pytest.mark.parametrize("uri", URIS)
def test_origins_lead_back(uri):
    assert published([uri])[origin_of(uri)] == uri


def test_what_the_site_lacks():
    pages = {"ci.md": "[a](gpu.md) [b](benchmarks) [c](plots) [d](../examples/x.py)", "gpu.md": "[e](plots)"}
    assert missing(pages, published(URIS)) == ["docs/plots", "examples/x.py"]


def test_a_listing_shows_text_and_nothing_else(tmp_path):
    (tmp_path / "a.py").write_text('"""Says:\n\n```\nx\n```\n"""\n\n')
    (tmp_path / "b.png").write_bytes(b"\x89PNG")
    assert listing("a.py", tmp_path, {}) == '# a.py\n\n`a.py`\n\n````python\n"""Says:\n\n```\nx\n```\n"""\n````\n'
    assert listing("b.png", tmp_path, {}) is None
    assert listing("gone.py", tmp_path, {}) is None
    assert listing("../a.py", tmp_path / "below", {}) is None


def test_a_listing_of_a_directory_links_to_what_the_site_has(tmp_path):
    for name in ("one.png", "deep/two.yaml", "deep/three.png"):
        (tmp_path / "docs/plots" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs/plots" / name).write_text("")
    where = published(["plots/one.png", "plots/deep/three.png"])
    page = listing("docs/plots", tmp_path, where)
    assert page == (
        "# plots\n\n`docs/plots`\n\n"
        "- [plots/deep/three.png](plots/deep/three.png)\n- `plots/deep/two.yaml`\n- [plots/one.png](plots/one.png)\n"
    )
    assert "(../../plots/one.png)" in rewritten(page, "listings/docs/plots.md", where)
