"""A small table in the format of MultiCheckList's templates, of our own wording, for tests."""

import json
from pathlib import Path

COLUMNS = "Field en de de-placeholders de de-placeholders th qu qu-placeholders".split()

# A row each, in the order of the columns; short rows end in blanks.
ROWS = [
    ("Name", "A is COMP than B. Who is more / less COMP?"),
    ("Capability", "Vocabulary"),
    ("Context", "{first_name} is {adj[0]} than {first_name1}.", "{first_name} ist {adj[0]} als {first_name1}.",
     "", "", "", "{first_name} {adj[0]}กว่า {first_name1}", "{first_name}qa {adj[0]} {first_name1}manta."),
    ("Question", "Who is less {adj[1]}?", "Wer ist weniger {adj[1]}?", "smarter, smart",
     "Wer ist minder {adj[1]}?", "older, old ,", "ใคร{adj[1]}น้อยกว่า", "Pitaq as {adj[1]}?"),
    ("Answer", "{first_name1}", "{first_name1}", "", "", "", "{first_name1}", "{first_name1}manta"),
    ("Question", "Who is {adj[0]}?", "Wer ist {adj[0]}?", "", "", "", "ใคร{adj[0]}", "Pitaq {adj[0]}?"),
    ("Answer", "{first_name}", "{first_name}", "", "", "", "{first_name}", "{first_name}qa"),
    ("adj", "older, old", "älter, alt", "", "", "", "แกกว่า แก่", "aswan machu, machu"),
    ("adj", "smarter, smart", "klüger, klug", "", "", "", "ฉลาดกว่า ฉลาด", "aswan yachaq, yachaq"),
    (),
    ("Name", "Intensifiers (very, super, extremely) and reducers (somewhat, kinda, etc)?"),
    ("Capability", "Vocabulary"),
    ("Context", "{first_name} is {very} {s}. {first_name1} is {s}.",
     "{first_name} ist {very} {s}. {first_name1} ist {s}.",
     "", "", "", "{first_name} {s}{very} {first_name1} {s}", "{first_name} {very} {s}. {first_name1} {s}."),
    ("Context", "{first_name1} is {somewhat} {s}. {first_name} is {s}.",
     "{first_name1} ist {somewhat} {s}. {first_name} ist {s}.", "", "", "",
     "{first_name1} {s}{somewhat} {first_name} {s}"),
    ("Question", "Who is most {s}?", "Wer ist am meisten {s}?", "", "", "", "ใคร{s}ที่สุด", "Pitaq aswan {s}?"),
    ("Answer", "{first_name}", "{first_name}", "", "", "", "{first_name}", "{first_name}"),
    ("state", "happy", "froh", "", "", "", "สุข", "kusi"),
    ("state", "serious", "ernst", "", "", "", "จริงจัง", "chiqa"),
    ("very", "very", "sehr", "", "", "", "มาก", "ancha"),
    ("somewhat", "kinda", "etwas", "", "", "", "บ้าง", "pisi"),
    (),
    ("Name", "size, shape, age, color"),
    ("Capability", "Taxonomy"),
    ("Context", "There is {obj[0]} in the room. {obj[1]} is {p.v1} and {p.v2}.",
     "Im Zimmer ist {obj[0]}. {obj[1]} ist {p.v1} und {p.v2}.", "", "", "", "มี{obj[0]} {obj[1]} {p.v1} {p.v2}",
     "{obj[0]} kan. {obj[1]} {p.v1} {p.v2}."),
    ("Question", "What {p.p1} is {obj[1]}?", "Welche {p.p1} hat {obj[1]}?", "color, a tree, the tree",
     "Welches {p.p1} hat {obj[1]}?", "age, color, a clock, the clock", "{p.p1}{obj[1]}", "Ima {p.p1} {obj[1]}?"),
    ("Answer", "{p.v1}", "{p.v1}", "", "", "", "{p.v1}", "{p.v1}"),
    ("obj", "a clock, the clock", "eine Uhr, die Uhr", "", "", "", "นาฬิกา นาฬิกา", "reloj, reloj"),
    ("obj", "a tree, the tree", "ein Baum, der Baum", "", "", "", "ต้นไม้ ต้นไม้", "sacha, sacha"),
    ("property", "color", "Farbe", "", "", "", "สี", "llimpi"),
    ("property", "age", "Alter", "", "", "", "อายุ", "wata"),
    ("color", "red", "rote", "the clock", "roter", "tree", "แดง", "puka"),
    ("color", "green", "grün", "", "", "", "เขียว", "qumir"),
    ("age", "old", "alt", "", "", "", "เก่า", "mawka"),
    (),
    ("Name", "Profession vs nationality"),
    ("Capability", "Taxonomy"),
    ("Context", "{first_name} is {profession} and {nationality}.", "{first_name} ist {profession} und {nationality}.",
     "", "", "", "{first_name} {profession} {nationality}", "{first_name} {profession} {nationality}."),
    ("Question", "What is {first_name}'s job?", "Was ist {first_name} von Beruf?", "", "", "", "{first_name} อาชีพ",
     "Ima {first_name}?"),
    ("Answer", "{profession}", "{profession}", "", "", "", "{profession}", "{profession}"),
    ("profession", "a nurse", "Pfleger", "", "", "", "พยาบาล", "hampiq"),
    ("nationality", "Greek", "Grieche", "", "", "", "กรีก", "griego"),
    (),
    ("Name", "Animal vs Vehicle"),
    ("Capability", "Taxonomy"),
    ("Context", "{first_name} has {animal} and {vehicle}.", "{first_name} hat {animal} und {vehicle}.", "", "", "",
     "{first_name} มี {a:animal} {vehicle}", "{first_name} {animal} {vehicle}."),
    ("Question", "What animal does {first_name} have?", "Welches Tier hat {first_name}?", "", "", "", "สัตว์",
     "Ima uywa?"),
    ("Answer", "{animal}", "{animal}", "", "", "", "{animal}", "{animal}ta", "{animal}taq"),
    ("animal", "a dog", "einen Hund", "", "", "", "หมา", "allqu"),
    ("animal", "an iguana", "einen Leguan", "", "", "", "อีกัวนา", "iguana"),
    ("vehicle", "a car", "ein Auto", "", "", "", "รถ", "auto"),
    (),
    ("Name", "Animal vs Vehicle v2"),
    ("Capability", "Taxonomy"),
    ("Context", "{first_name} bought {animal}. {first_name1} bought {vehicle}.",
     "{first_name} kaufte {animal}. {first_name1} kaufte {vehicle}.", "", "", "",
     "{first_name} ซื้อ {animal} {first_name1} ซื้อ {vehicle}", "{first_name} {animal}. {first_name1} {vehicle}."),
    ("Question", "Who bought an animal?", "Wer kaufte ein Tier?", "", "", "", "ใครซื้อสัตว์", "Pitaq uywa?"),
    ("Answer", "{first_name}", "{first_name}", "", "", "", "{first_name}", "{first_name}"),
]  # fmt: skip
NAMES = {
    "en": {"male": ["Tom", "Bob", "Jim"], "female": ["Ann", "Eve", "Sue"]},
    "de": {"male": ["Uwe", "Kai", "Jan"], "female": ["Ina", "Pia", "Eva"]},
}


def table_text(rows=ROWS, columns=COLUMNS) -> str:
    """The table as a file's text; like the original, rows keep their tabs to the last column."""
    padded = [[*row, *[""] * (len(columns) - len(row))] for row in rows]
    return "".join("\t".join(row) + "\n" for row in (columns, *padded))


def write_table(directory: Path, rows=ROWS) -> tuple[Path, Path]:
    """Paths of the table and of the names."""
    table, names = directory / "templates.tsv", directory / "names.json"
    table.write_text(table_text(rows), encoding="utf-8")
    names.write_text(json.dumps(NAMES), encoding="utf-8")
    return table, names
