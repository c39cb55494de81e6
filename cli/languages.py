"""`xbench languages`."""

import click

from . import options


@click.command("languages")
@options.several("-s", "--suite", "suites", help="Only the languages of these suites. [default: all]")
@options.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(suites: tuple[str, ...], as_json: bool) -> int:
    """List languages: family, script, Wikipedia articles in millions, resource level, tasks of each suite.

    Low resources are less than 100,000 articles: a rule of this project, not of the papers.
    """
    from ..tasks.language_listing import covered_languages, language_json, language_text
    from ..tasks.languages import known_languages
    from ..tasks.suites import find_suite, known_suites

    chosen = [find_suite(key) for key in suites] or list(known_suites().values())
    languages = covered_languages(chosen) if suites else known_languages()
    click.echo(language_json(chosen, languages) if as_json else language_text(chosen, languages))
    return 0
