"""Broken and hostile sources, each with the problem that a load must report.

``BASE`` is a small sound package; a case's files are loaded over a database that holds it. Run this file with a
folder as argument to write every case into it, for a look by hand.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import json
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

TEXT = "Ministers met on Monday.\n“We see no threat”, said Ada Brook.\n"

BASE: dict[str, bytes] = {
    "actors.csv": (
        b"id,name,kind,country,country_basis,parent\n"
        b"ministry,Ministry,organization,GB,represents,\n"
        b"ada-brook,Ada Brook,person,NA,nationality,\n"
        b"desk,The Desk,organization,,,\n"
    ),
    "documents.csv": (
        b"id,title,publisher,published_on,text_file,rights\n"
        b"report,A report,desk,2019-05-16,texts/report.txt,cc0\n"
        b"standoff,Another,desk,2019-05,,withheld\n"
    ),
    "texts/report.txt": TEXT.encode(),
    "statements.csv": (
        b"id,content,speaker,kind,date_start,document\n"
        b"no-threat,We see no threat,ada-brook,utterance,2019-05-13,report\n"
        b"reply,No comment,ada-brook,utterance,2019-05-14,report\n"
    ),
    "mentions.csv": (
        "id,statement,document,span_start,span_end,quote\nno-threat-1,no-threat,report,25,43,“We see no threat”\n"
    ).encode(),
    "claims.csv": b"id,text,kind\nthreat,There is a threat.,factual\nwar,There will be war.,prediction\n",
    "stances.csv": b"id,claim,stance,basis,actor,statement\n"
    b"ada-on-threat,threat,disputes,explicit,ada-brook,no-threat\n",
}


@dataclass(frozen=True)
class Case:
    """A source and one problem that its message must state; ``words`` stand in the message.

    ``needs_base``: it is a problem only because of what the database holds.
    """

    name: str
    files: dict[str, bytes]
    file: str
    line: int | None
    column: str
    value: str
    words: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    mapping: bytes | None = field(default=None)
    needs_base: bool = False


def _case(
    name: str, file: str, content: bytes | str, at: tuple[int | None, str, str], *words: str, **more: object
) -> Case:
    data = content.encode() if isinstance(content, str) else content
    files = {file: data, **more.pop("files", {})}  # type: ignore[dict-item]
    where = str(more.pop("where", file))
    return Case(name, files, where, at[0], at[1], at[2], words, **more)  # type: ignore[arg-type]


def _actors(rows: str, header: str = "id,name,kind") -> str:
    return f"{header}\n{rows}\n"


def _stances(rows: str, header: str = "id,claim,stance,basis,actor") -> str:
    return f"{header}\n{rows}\n"


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "id,name,kind\n")
    return buffer.getvalue()


ENCODINGS = [
    _case(
        "windows-1252",
        "actors.csv",
        "id,name,kind\nb,Bj\xf6rn J\xe4ger,person\n".encode("cp1252"),
        (2, "", "byte 0xf6"),
        "not valid UTF-8",
        "save it as UTF-8",
    ),
    _case(
        "latin-1 far down",
        "actors.csv",
        b"id,name,kind\n"
        + b"x%d,n,person\n" * 0
        + b"".join(b"x%d,n,person\n" % i for i in range(5000))
        + "y,caf\xe9,person\n".encode("latin-1"),
        (5002, "", "byte 0xe9"),
        "not valid UTF-8",
    ),
    _case(
        "shift-jis",
        "actors.csv",
        "id,name,kind\nt,東京都知事,person\n".encode("shift-jis"),
        (2, "", "byte 0x"),
        "not valid UTF-8",
    ),
    _case("truncated UTF-8", "actors.csv", b"id,name,kind\nb,Bj\xc3", (2, "", "byte 0xc3"), "not valid UTF-8"),
    _case(
        "UTF-16 without mark",
        "actors.csv",
        "id,name,kind\nb,B,person\n".encode("utf-16-le"),
        (1, "", "\0"),
        "NUL",
        "UTF-16",
    ),
    _case(
        "UTF-16 with half a character",
        "actors.csv",
        codecs.BOM_UTF16_LE + "id,name,kind\n".encode("utf-16-le") + b"a",
        (2, "", "byte 0x61"),
        "not valid UTF-16",
    ),
    _case("UTF-32", "actors.csv", "id,name,kind\n".encode("utf-32"), (1, "", ""), "UTF-32", "save it as UTF-8"),
    _case("NUL in a cell", "actors.csv", b"id,name,kind\nb,B\0B,person\n", (2, "", "\0"), "NUL"),
    _case(
        "lone surrogate bytes",
        "actors.csv",
        b"id,name,kind\nb,\xed\xa0\x80,person\n",
        (2, "", "byte 0xed"),
        "not valid UTF-8",
    ),
]

DISGUISES = [
    _case("zip", "actors.csv", _zip("actors.csv"), (None, "", ""), "ZIP archive", "unpack"),
    _case("xlsx", "actors.csv", _zip("xl/workbook.xml"), (None, "", ""), "Excel workbook", "save the sheet as CSV"),
    _case("ods", "actors.csv", _zip("content.xml"), (None, "", ""), "OpenDocument"),
    _case("damaged zip", "actors.csv", b"PK\x03\x04garbage", (None, "", ""), "damaged ZIP"),
    _case("gzip", "actors.csv", gzip.compress(b"id,name,kind\n"), (None, "", ""), "gzip", "unpack"),
    _case("pdf", "actors.csv", b"%PDF-1.7\n", (None, "", ""), "PDF"),
    _case("sqlite", "actors.csv", b"SQLite format 3\0" + bytes(80), (None, "", ""), "SQLite database"),
    _case("old excel", "actors.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (None, "", ""), "Excel"),
    _case("html", "actors.csv", b"\xef\xbb\xbf<!DOCTYPE html><html></html>", (1, "", ""), "HTML"),
    _case("png", "actors.csv", b"\x89PNG\r\n\x1a\n", (None, "", ""), "PNG"),
    _case(
        "unknown type of file",
        "actors.xlsx",
        b"hello",
        (None, "", ""),
        "type of file",
        ".csv",
        arguments=("actors.xlsx",),
    ),
]

SHAPES = [
    _case("empty file", "actors.csv", b"", (1, "", ""), "empty", "names the columns"),
    _case("only a byte order mark", "actors.csv", codecs.BOM_UTF8, (1, "", ""), "empty"),
    _case("blank header", "actors.csv", "\nid,name,kind\n", (1, "", ""), "header is blank"),
    _case("no header", "actors.csv", "b,Bea,person\nc,Cy,person\n", (1, "b", "b"), "no such column"),
    _case(
        "misspelt column",
        "actors.csv",
        _actors("b,B,person,GB", "id,name,kind,contry"),
        (1, "contry", "contry"),
        "no such column",
        "write “country”",
    ),
    _case(
        "column of the database",
        "actors.csv",
        _actors("b,B,person,7", "id,name,kind,revision"),
        (1, "revision", "revision"),
        "no such column",
    ),
    _case(
        "copied column",
        "mentions.csv",
        "id,statement,document,speaker\nm,no-threat,report,desk\n",
        (1, "speaker", "speaker"),
        "no such column",
    ),
    _case("missing column", "actors.csv", "id,name\nb,B\n", (1, "kind", ""), "column is missing", "add a column"),
    _case("repeated column", "actors.csv", "id,name,kind,name\nb,B,person,C\n", (1, "name", "name"), "twice"),
    _case("unnamed column", "actors.csv", "id,name,,kind\nb,B,x,person\n", (1, "column 3", ""), "no name"),
    _case("semicolons", "actors.csv", "id;name;kind\nb;B;person\n", (1, "", "id;name;kind"), "semicolons"),
    _case("tabs in csv", "actors.csv", "id\tname\tkind\nb\tB\tperson\n", (1, "", "id\tname\tkind"), "tabs", ".tsv"),
    _case("too few cells", "actors.csv", "id,name,kind\nb,B,person\nc,C\n", (3, "", "c"), "2 cells", "3 columns"),
    _case("too many cells", "actors.csv", "id,name,kind\nb,B, and more,person\n", (2, "", "person"), "4 cells"),
    _case("open quotation mark", "actors.csv", 'id,name,kind\nb,"B,person\nc,C,person\n', (3, "", ""), "never closed"),
    _case(
        "text after a closing mark",
        "actors.csv",
        'id,name,kind\nb,"B" C,person\n',
        (2, "", ""),
        "cannot be read",
        "double",
    ),
    _case("unknown table", "speakers.csv", "id,name\nb,B\n", (None, "", ""), "is not a table"),
    _case(
        "misspelt table", "actor.csv", "id,name,kind\nb,B,person\n", (None, "", ""), "is not a table", "write “actors”"
    ),
    _case(
        "wrong --table",
        "rows.csv",
        "id,name,kind\nb,B,person\n",
        (1, "", "people"),
        "no such table",
        arguments=("rows.csv", "--table", "people"),
    ),
    _case(
        "missing source",
        "actors.csv",
        b"",
        (None, "", ""),
        "no such file",
        where="nowhere.csv",
        arguments=("nowhere.csv",),
    ),
    _case("folder without tables", "notes.txt", "hello", (None, "", ""), "no file that can be loaded", where=""),
    _case("standard input without table", "notes.txt", "hello", (None, "", ""), "--table", where="-", arguments=("-",)),
]

VALUES = [
    _case(
        "header of a TSV", "actors.tsv", 'id\t"name"x\tkind\n', (1, "", ""), "header cannot be read", r"('\t' expected"
    ),
    _case("blank id", "actors.csv", _actors(",B,person"), (2, "id", ""), "blank"),
    _case(
        "blank id beside a dangling reference",
        "actors.csv",
        _actors(",B,person,\nb,B,person,ada-brok", "id,name,kind,parent"),
        (3, "parent", "ada-brok"),
        "actors has no such row",
    ),
    _case("blank required text", "actors.csv", _actors("b,,person"), (2, "name", ""), "blank"),
    _case("spaces as text", "actors.csv", _actors("b,  ,person"), (2, "name", "  "), "blank"),
    _case("blank required word", "actors.csv", _actors("b,B,"), (2, "kind", ""), "blank"),
    _case("id with outer space", "actors.csv", _actors(" b,B,person"), (2, "id", " b"), "space", "write “b”"),
    _case(
        "id with a line end", "actors.csv", 'id,name,kind\n"b\nc",B,person\n', (2, "id", "b\nc"), "control character"
    ),
    _case("id too long", "actors.csv", _actors("b" * 201 + ",B,person"), (2, "id", "b" * 201), "200 characters"),
    _case(
        "formula as id",
        "actors.csv",
        _actors('"=HYPERLINK(""https://example.org"")",B,person'),
        (2, "id", '=HYPERLINK("https://example.org")'),
        "formula",
    ),
    _case("formula as word", "actors.csv", _actors("b,B,=1+1"), (2, "kind", "=1+1"), "not a word of actor_kind"),
    _case(
        "misspelt word",
        "stances.csv",
        _stances("x,threat,suports,explicit,desk"),
        (2, "stance", "suports"),
        "write “supports”",
    ),
    _case(
        "label instead of word",
        "stances.csv",
        _stances("x,threat,supports,Author's summary,desk"),
        (2, "basis", "Author's summary"),
        "write “author_summary”",
    ),
    _case(
        "word in capitals",
        "stances.csv",
        _stances("x,threat,SUPPORTS,explicit,desk"),
        (2, "stance", "SUPPORTS"),
        "write “supports”",
    ),
    _case(
        "word with space",
        "stances.csv",
        _stances("x,threat,supports ,explicit,desk"),
        (2, "stance", "supports "),
        "write “supports”",
    ),
    _case(
        "30 February",
        "statements.csv",
        "id,kind,date_start\ns,utterance,2019-02-30\n",
        (2, "date_start", "2019-02-30"),
        "no such day",
        "01 to 28",
    ),
    _case(
        "29 February 1900",
        "claims.csv",
        "id,text,kind,date\nc,C,factual,1900-02-29\n",
        (2, "date", "1900-02-29"),
        "no such day",
    ),
    _case(
        "month 13",
        "statements.csv",
        "id,kind,date_start\ns,utterance,2019-13\n",
        (2, "date_start", "2019-13"),
        "month 13",
    ),
    _case(
        "day 0",
        "statements.csv",
        "id,kind,date_start\ns,utterance,2019-05-00\n",
        (2, "date_start", "2019-05-00"),
        "no such day",
    ),
    _case(
        "year 0",
        "statements.csv",
        "id,kind,date_start\ns,utterance,0000-01-01\n",
        (2, "date_start", "0000-01-01"),
        "no year 0",
    ),
    _case(
        "year of five digits",
        "statements.csv",
        "id,kind,date_start\ns,utterance,12019-01-01\n",
        (2, "date_start", "12019-01-01"),
        "not an ISO date",
    ),
    _case(
        "date as people write it",
        "statements.csv",
        "id,kind,date_start\ns,utterance,16/05/2019\n",
        (2, "date_start", "16/05/2019"),
        "not an ISO date",
        "2019-05-16",
    ),
    _case(
        "date in other digits",
        "statements.csv",
        "id,kind,date_start\ns,utterance,٢٠١٩-٠٥-١٦\n",
        (2, "date_start", "٢٠١٩-٠٥-١٦"),
        "not an ISO date",
    ),
    _case(
        "time in a date",
        "statements.csv",
        "id,kind,date_start\ns,utterance,2019-05-16T10:00\n",
        (2, "date_start", "2019-05-16T10:00"),
        "not an ISO date",
    ),
    _case(
        "ends before it begins",
        "statements.csv",
        "id,kind,date_start,date_end\ns,utterance,2019-05-16,2019-05-15\n",
        (2, "date_end", "2019-05-15"),
        "ends before it begins",
    ),
    _case(
        "negative offset",
        "segments.csv",
        "id,document,kind,span_start,span_end\ng,report,lead,-1,5\n",
        (2, "span_start", "-1"),
        "whole number",
    ),
    _case(
        "offset with a fraction",
        "segments.csv",
        "id,document,kind,span_start,span_end\ng,report,lead,0,5.0\n",
        (2, "span_end", "5.0"),
        "whole number",
    ),
    _case(
        "offset in other digits",
        "segments.csv",
        "id,document,kind,span_start,span_end\ng,report,lead,٣,5\n",
        (2, "span_start", "٣"),
        "whole number",
    ),
    _case(
        "huge offset",
        "segments.csv",
        "id,document,kind,span_start,span_end\ng,report,lead,0,99999999999999999999\n",
        (2, "span_end", "99999999999999999999"),
        "whole number",
    ),
    _case(
        "neither yes nor no",
        "actors.csv",
        _actors("b,B,person,true", "id,name,kind,in_text"),
        (2, "in_text", "true"),
        "write 1",
    ),
    _case(
        "script as address",
        "documents.csv",
        "id,title,url\nd,D,javascript:alert(1)\n",
        (2, "url", "javascript:alert(1)"),
        "not a web address",
    ),
    _case(
        "short checksum",
        "documents.csv",
        "id,title,text_sha256\nd,D,abc\n",
        (2, "text_sha256", "abc"),
        "64 hexadecimal",
    ),
    _case(
        "basis without country",
        "stances.csv",
        _stances("x,threat,supports,explicit,desk,represents", "id,claim,stance,basis,actor,country_basis"),
        (2, "country_basis", "represents"),
        "without a country",
    ),
    _case(
        "line after quoted line ends",
        "actors.csv",
        'id,name,kind,note\nb,B,person,"one\ntwo\r\nthree"\nc,C,persn,\n',
        (5, "kind", "persn"),
        "write “person”",
    ),
]

REFERENCES = [
    _case(
        "duplicate id",
        "actors.csv",
        _actors("b,B,person\nc,C,person\nb,D,person"),
        (4, "id", "b"),
        "stands already at",
        "actors.csv:2",
    ),
    _case(
        "dangling reference",
        "stances.csv",
        _stances("x,threat,supports,explicit,ada-brok"),
        (2, "actor", "ada-brok"),
        "actors has no such row",
        "write “ada-brook”",
    ),
    _case(
        "country by name",
        "actors.csv",
        _actors("b,B,person,United Kingdom", "id,name,kind,country"),
        (2, "country", "United Kingdom"),
        "countries has no such row",
        "write “GB”",
    ),
    _case(
        "country in small letters",
        "actors.csv",
        _actors("b,B,person,gb", "id,name,kind,country"),
        (2, "country", "gb"),
        "write “GB”",
    ),
    _case(
        "dangling subject",
        "provenance.csv",
        "subject_type,subject,relation,object_type,object\nstatement,no-thread,wasAttributedTo,actor,ada-brook\n",
        (2, "subject", "no-thread"),
        "statements has no such row",
        "write “no-threat”",
    ),
    _case(
        "subject of another type",
        "assessments.csv",
        "id,subject_type,subject,kind,assessor,rationale\na,claim,no-threat,remark,me,because\n",
        (2, "subject", "no-threat"),
        "claims has no such row",
    ),
    _case(
        "statement told in itself",
        "statements.csv",
        "id,kind,parent_statement\ns,utterance,s\n",
        (2, "parent_statement", "s"),
        "refers to itself",
    ),
    _case(
        "cycle of two",
        "statements.csv",
        "id,kind,parent_statement\ns,utterance,t\nt,utterance,s\n",
        (2, "parent_statement", "t"),
        "circle",
    ),
    _case(
        "cycle through the database",
        "statements.csv",
        "id,kind,parent_statement\nno-threat,utterance,s\ns,utterance,no-threat\n",
        (2, "parent_statement", "s"),
        "circle",
    ),
    _case(
        "cycle of organizations",
        "actors.csv",
        _actors("b,B,organization,c\nc,C,organization,b", "id,name,kind,parent"),
        (2, "parent", "c"),
        "circle",
    ),
    _case(
        "claim related to itself",
        "claim_relations.csv",
        "claim,relation,other_claim\nthreat,same_as,threat\n",
        (2, "other_claim", "threat"),
        "refers to itself",
    ),
    _case(
        "copy that contradicts",
        "stances.csv",
        _stances(
            "x,threat,supports,explicit,ada-brook,no-threat,2018-01-01",
            "id,claim,stance,basis,actor,statement,date_start",
        ),
        (2, "date_start", "2018-01-01"),
        "says 2019-05-13",
    ),
]

SPANS = [
    _case(
        "half a span",
        "segments.csv",
        "id,document,kind,span_start,span_end\ng,report,lead,3,\n",
        (2, "span_start", "3"),
        "needs its start and its end",
    ),
    _case(
        "empty span",
        "segments.csv",
        "id,document,kind,span_start,span_end\ng,report,lead,3,3\n",
        (2, "span_end", "3"),
        "ends before it begins",
    ),
    _case(
        "span past the end",
        "segments.csv",
        f"id,document,kind,span_start,span_end\ng,report,lead,0,{len(TEXT) + 1}\n",
        (2, "span_end", str(len(TEXT) + 1)),
        "ends after the text",
    ),
    _case(
        "span past a stated length",
        "documents.csv",
        "id,title,text_length\nd,D,10\n",
        (2, "span_end", "11"),
        "ends after the text",
        files={"segments.csv": b"id,document,kind,span_start,span_end\ng,d,lead,0,11\n"},
        where="segments.csv",
    ),
    _case(
        "quote of other words",
        "mentions.csv",
        "id,statement,document,span_start,span_end,quote\nm,no-threat,report,0,9,Monisters\n",
        (2, "quote", "Monisters"),
        "the text has “Ministers”",
    ),
    _case(
        "quote with straight marks",
        "mentions.csv",
        'id,statement,document,span_start,span_end,quote\nm,no-threat,report,25,43,"""We see no threat"""\n',
        (2, "quote", '"We see no threat"'),
        "the text has ““We see no threat””",
    ),
    _case(
        "quote longer than its span",
        "mentions.csv",
        "id,statement,document,span_start,span_end,quote\nm,no-threat,standoff,0,4,Ministers\n",
        (2, "quote", "Ministers"),
        "9 code points",
    ),
    _case(
        "evidence against the text",
        "evidence.csv",
        "id,mention,part,span_start,span_end,quote\ne,no-threat-1,cue,45,49,sayd\n",
        (2, "quote", "sayd"),
        "the text has",
    ),
    _case(
        "text that other rows quote",
        "documents.csv",
        "id,title,text\nreport,A report,Short.\n",
        (None, "span_end", "43"),
        "ends after the text",
        where="mentions",
        needs_base=True,
    ),
]

TEXTS = [
    _case(
        "missing text",
        "documents.csv",
        "id,title,text_file\nd,D,texts/none.txt\n",
        (2, "text_file", "texts/none.txt"),
        "no such file",
    ),
    _case(
        "absolute path",
        "documents.csv",
        "id,title,text_file\nd,D,/etc/hostname\n",
        (2, "text_file", "/etc/hostname"),
        "not relative",
    ),
    _case(
        "path out of the package",
        "documents.csv",
        "id,title,text_file\nd,D,../secret.txt\n",
        (2, "text_file", "../secret.txt"),
        "leads out",
    ),
    _case(
        "text in another encoding",
        "documents.csv",
        "id,title,text_file\nd,D,texts/d.txt\n",
        (1, "", "byte 0xe9"),
        "not valid UTF-8",
        files={"texts/d.txt": b"caf\xe9"},
        where="texts/d.txt",
    ),
    _case(
        "text with byte order mark",
        "documents.csv",
        "id,title,text_file\nd,D,texts/d.txt\n",
        (1, "", ""),
        "shift every offset",
        files={"texts/d.txt": codecs.BOM_UTF8 + b"text"},
        where="texts/d.txt",
    ),
    _case(
        "other checksum",
        "documents.csv",
        f"id,title,text_sha256,text_file\nd,D,{'0' * 64},texts/d.txt\n",
        (2, "text_sha256", "0" * 64),
        hashlib.sha256(b"text").hexdigest(),
        files={"texts/d.txt": b"text"},
    ),
    _case(
        "other length",
        "documents.csv",
        "id,title,text_length,text_file\nd,D,5,texts/d.txt\n",
        (2, "text_length", "5"),
        "the text has 4",
        files={"texts/d.txt": b"text"},
    ),
    _case(
        "text twice",
        "documents.csv",
        "id,title,text_file,text\nd,D,texts/d.txt,text\n",
        (2, "text_file", "texts/d.txt"),
        "also has a text",
        files={"texts/d.txt": b"text"},
    ),
]

JSONS = [
    _case(
        "broken JSON",
        "actors.json",
        '[{"id": "b", "name": "B", "kind": "person"},\n{"id" "c"}]',
        (2, "", ""),
        "not valid JSON",
    ),
    _case("JSON that is no list", "actors.json", '"actors"', (1, "", '"actors"'), "neither a list of objects"),
    _case("JSON list of lists", "actors.json", '[["b", "B"]]', (1, "", "['b', 'B']"), "must be an object"),
    _case(
        "JSON key twice",
        "actors.json",
        '[{"id": "b",\n"id": "c", "name": "B", "kind": "person"}]',
        (1, "id", "c"),
        "twice",
    ),
    _case(
        "JSON cell of objects",
        "actors.json",
        '[{"id": "b", "name": {"en": "B"}, "kind": "person"}]',
        (1, "name", '{"en": "B"}'),
        "a cell must be",
    ),
    _case("JSON NaN", "actors.json", '[{"id": "b", "name": NaN, "kind": "person"}]', (1, "", ""), "NaN is not JSON"),
    _case(
        "JSON half surrogate",
        "actors.json",
        '[{"id": "b", "name": "\\ud800", "kind": "person"}]',
        (1, "name", "\ud800"),
        "surrogate",
    ),
    _case("JSON NUL", "actors.json", '[{"id": "b", "name": "a\\u0000", "kind": "person"}]', (1, "name", "a\0"), "NUL"),
    _case("JSON of depth", "actors.json", "[" * 100_000, (1, "", ""), "not valid JSON"),
    _case(
        "JSON of an unknown table",
        "rows.json",
        '{"actor": [{"id": "b"}]}',
        (1, "", "actor"),
        "no such table",
        "write “actors”",
    ),
    _case("JSON table that is no list", "rows.json", '{"actors": {"id": "b"}}', (1, "actors", ""), "must be a list"),
    _case(
        "JSON Lines with rest",
        "actors.jsonl",
        '{"id": "b", "name": "B", "kind": "person"}\n{"id": "c"} {"id": "d"}\n',
        (2, "", '{"id": "d"}'),
        "goes on",
    ),
    _case(
        "JSON Lines broken",
        "actors.jsonl",
        '\n{"id": "b", "name": "B", "kind": "person"\n',
        (2, "", ""),
        "not valid JSON",
    ),
    _case(
        "JSON word",
        "actors.jsonl",
        '{"id": "b", "name": "B", "kind": "person"}\n{"id": "c", "name": "C", "kind": "human"}\n',
        (2, "kind", "human"),
        "not a word",
    ),
]

PACKAGES = [
    _case("descriptor that is no JSON", "datapackage.json", "{resources", (1, "", ""), "not valid JSON"),
    _case("descriptor without resources", "datapackage.json", "{}", (None, "resources", ""), "no resources"),
    _case(
        "resource out of the package",
        "datapackage.json",
        json.dumps({"resources": [{"name": "actors", "path": "../actors.csv"}]}),
        (None, "resources[0]", "../actors.csv"),
        "leads out",
    ),
    _case(
        "resource on the web",
        "datapackage.json",
        json.dumps({"resources": [{"name": "actors", "path": "https://example.org/a.csv"}]}),
        (None, "resources[0]", "https://example.org/a.csv"),
        "not relative",
    ),
    _case(
        "resource that is missing",
        "datapackage.json",
        json.dumps({"resources": [{"name": "actors", "path": "actors.csv"}]}),
        (None, "resources[0]", "actors.csv"),
        "no such file",
    ),
    _case(
        "resource without path",
        "datapackage.json",
        json.dumps({"resources": [{"name": "actors"}]}),
        (None, "resources[0]", ""),
        "names no file",
    ),
]


def _mapped(
    name: str,
    mapping: bytes | str,
    at: tuple[int | None, str, str],
    *words: str,
    where: str = "mapping.yml",
    file: str = "people.csv",
) -> Case:
    data = mapping.encode() if isinstance(mapping, str) else mapping
    rows = {file: b"who,called,what\nb,B,person\n"}
    return Case(name, rows, where, at[0], at[1], at[2], words, mapping=data)


MAPPINGS = [
    _mapped("YAML tag", 'files: !!python/object/apply:os.system ["true"]\n', (1, "", "the tag"), "tags and anchors"),
    _mapped(
        "YAML tag on a key",
        "files:\n  people.csv: !custom {table: actors}\n",
        (2, "", "the tag !custom"),
        "tags and anchors",
    ),
    _mapped("YAML aliases", "a: &a [x, x]\nfiles: *a\n", (1, "", "the anchor or alias a"), "tags and anchors"),
    _mapped("YAML with a control character", "files: \x0b\n", (None, "", ""), "are not allowed in"),
    _mapped("YAML with a list as a key", "files: {[a]: b}\n", (1, "", ""), "unhashable key"),
    _mapped("YAML syntax", "files: [\n", (2, "", ""), "not valid YAML"),
    _mapped(
        "YAML key twice", "files:\n  people.csv:\n    table: actors\n    table: claims\n", (4, "", "table"), "twice"
    ),
    _mapped("YAML in another encoding", b"files: {caf\xe9: {}}\n", (None, "", ""), "not valid UTF-8"),
    _mapped("mapping without files", "tables: {}\n", (None, "files", ""), "one key"),
    _mapped(
        "mapping of another file",
        "files:\n  person.csv: {table: actors}\n",
        (None, "files", ""),
        "none of its files",
        file="actors.csv",
    ),
    _mapped(
        "mapping with an unknown key",
        "files:\n  people.csv: {table: actors, colums: {}}\n",
        (None, "files.people.csv", "colums"),
        "write “columns”",
    ),
    _mapped(
        "mapping to an unknown table",
        "files:\n  people.csv: {table: person}\n",
        (None, "files.people.csv.table", "person"),
        "no such table",
    ),
    _mapped(
        "mapping to an unknown column",
        "files:\n  people.csv: {table: actors, columns: {who: ident}}\n",
        (None, "files.people.csv", "ident"),
        "no such column",
    ),
    _mapped(
        "mapping of a missing column",
        "files:\n  people.csv: {table: actors, columns: {whom: id, called: name, what: kind}}\n",
        (1, "whom", "whom"),
        "does not have",
        "write “who”",
        where="people.csv",
    ),
    _mapped(
        "mapping two columns to one",
        "files:\n  people.csv: {table: actors, columns: {who: id, called: name, what: name}}\n",
        (1, "what", "what"),
        "two columns",
        where="people.csv",
    ),
]

CASES: list[Case] = [
    *ENCODINGS, *DISGUISES, *SHAPES, *VALUES, *REFERENCES, *SPANS, *TEXTS, *JSONS, *PACKAGES, *MAPPINGS,
]  # fmt: skip


def write(files: dict[str, bytes], folder: Path) -> None:
    """Write a package's files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    for case in CASES:
        write(case.files, Path(sys.argv[1]) / case.name)
