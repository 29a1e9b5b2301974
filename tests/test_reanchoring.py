"""Spans are looked for in later versions of their document, by every way in which one comes in; none is re-pointed."""

import json
import sqlite3
from contextlib import closing

import pytest
from loading_data import loaded, rows, write

from datasette_claims.loading import attach, check, reanchor_versions
from datasette_claims.loading.problems import LoadError
from datasette_claims.loading.reanchoring import decide, standing
from datasette_claims.loading.undoing import undo
from datasette_claims.loading.writing import Change, StaleRow, apply_changes

OLD = (
    "Ministers met on Monday in the old town.\n\n"
    "The minister said that the talks would resume in the spring, after the elections.\n\n"
    "“We shall see whether they come,” a diplomat told reporters outside.\n\n"
    "The spokeswoman of the union declined to comment on the plans for the harbour."
)
PASSAGES = {
    "same": "“We shall see whether they come,” a diplomat told reporters outside.",
    "reworded": "The minister said that the talks would resume in the spring",
    "gone": "The spokeswoman of the union declined to comment on the plans for the harbour.",
}
NEW = (
    "Ministers met on Monday in the old town, and again on Tuesday.\n\n"
    "The minister said the talks would resume in spring, after the elections.\n\n"
    "“We shall see whether they come,” a diplomat told reporters outside."
)
NEWS = "news_article"


def package(tmp_path, *documents, rights="cc0"):
    """A data package with these (id, text, revision_of) and the passages marked in the one named old."""
    lines = ["id,title,kind,rights,text,revision_of"]
    for id, text, before in documents:
        quoted = "" if text is None else '"' + text.replace('"', '""') + '"'
        lines.append(f"{id},Talks,{NEWS},{rights if before else 'cc0'},{quoted},{before}")
    files = {"documents.csv": "\n".join(lines) + "\n"}
    files["statements.csv"] = "id,kind,report_type,document,speaker_label\n" + "".join(
        f"s-{name},utterance,indirect,old,somebody\n" for name in PASSAGES
    )
    mentions = ["id,statement,document,report_type,span_start,span_end"]
    evidence = ["id,mention,part,span_start,span_end"]
    for name, words in PASSAGES.items():
        start = OLD.index(words)
        mentions.append(f"{name},s-{name},old,indirect,{start},{start + len(words)}")
        evidence.append(f"{name}--content,{name},content,{start},{start + 12}")
    files["mentions.csv"], files["evidence.csv"] = "\n".join(mentions) + "\n", "\n".join(evidence) + "\n"
    return write(tmp_path / "package", files)


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "c.db"
    loaded(path, package(tmp_path, ("old", OLD, "")))
    return path


def states(path, document, kind="mention"):
    sql = "select subject, state from anchorings where document = ? and subject_type = ?"
    return dict(rows(path, sql, [document, kind]))


def act(path, do):
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        return do(conn)


def test_a_new_version_keeps_moves_changes_and_loses_passages(database, tmp_path):
    (tmp_path / "new.txt").write_text(NEW, encoding="utf-8")
    before = rows(database, "select * from mentions order by id")
    done = attach(database, "old", tmp_path / "new.txt", revision=True, who="ann")
    assert states(database, done.document) == {"same": "anchored", "reworded": "changed", "gone": "orphan"}
    assert done.passages == act(database, lambda conn: standing(conn, done.document))
    assert sum(done.passages.values()) == 2 * len(PASSAGES)
    assert rows(database, "select * from mentions order by id") == before
    found = rows(
        database,
        "select subject, span_start, span_end, exact, prefix, suffix, score, algorithm, anchored_at from anchorings "
        "where subject_type = 'mention' and state <> 'orphan'",
    )
    for subject, start, end, exact, prefix, suffix, score, algorithm, at in found:
        assert NEW[start:end] == exact
        assert NEW[max(0, start - 32) : start] == prefix
        assert NEW[end : end + 32] == suffix
        assert 0 < score <= 1
        assert algorithm.startswith("word-diff+fuzzy-search ")
        assert at.endswith("Z")
        assert (subject == "same") == (exact == PASSAGES[subject])
    orphan = rows(database, "select span_start, span_end, exact, score from anchorings where subject = 'gone'")
    assert orphan == [(None, None, None, 0.0)]
    assert check(database) == []


def test_the_version_and_its_anchorings_are_one_action_that_can_be_undone(database, tmp_path):
    (tmp_path / "new.txt").write_text(NEW, encoding="utf-8")
    done = attach(database, "old", tmp_path / "new.txt", revision=True, who="ann")
    actions = rows(database, "select distinct action from revisions where id >= ?", [done.revision])
    assert actions == [done.revision]
    act(database, lambda conn: undo(conn, "ann"))
    assert rows(database, "select count(*) from anchorings") == [0]
    assert rows(database, "select id from documents") == ["old"]
    assert check(database) == []


def test_a_load_that_brings_a_version_anchors_too_and_nobody_can_undo_it_for_the_loader(tmp_path):
    path = tmp_path / "c.db"
    loaded(path, package(tmp_path, ("old", OLD, ""), ("new", NEW, "old")))
    assert states(path, "new") == {"same": "anchored", "reworded": "changed", "gone": "orphan"}
    assert rows(path, "select distinct load from revisions where table_name = 'anchorings'") == [1]
    with pytest.raises(LoadError):
        act(path, lambda conn: undo(conn, "tester"))
    last = rows(path, "select max(id) from revisions")
    loaded(path, package(tmp_path, ("old", OLD, ""), ("new", NEW, "old")))
    assert rows(path, "select max(id) from revisions") == last
    pruned = loaded(path, package(tmp_path, ("old", OLD, "")), prune=True)
    assert pruned.counts["documents"].removed == 1
    assert rows(path, "select count(*) from anchorings") == [0]
    assert check(path) == []


def test_every_earlier_version_counts_and_a_text_that_comes_later(tmp_path):
    path = tmp_path / "c.db"
    loaded(path, package(tmp_path, ("old", OLD, ""), ("middle", None, "old"), ("new", NEW, "middle")))
    assert states(path, "middle") == {}
    assert states(path, "new")["same"] == "anchored"
    (tmp_path / "middle.txt").write_text(OLD, encoding="utf-8")
    attach(path, "middle", tmp_path / "middle.txt", who="ann")
    assert set(states(path, "middle").values()) == {"anchored"}


def test_a_span_that_moves_is_anchored_again_in_the_same_action_and_back_by_its_undo(tmp_path):
    path = tmp_path / "c.db"
    loaded(path, package(tmp_path, ("old", OLD, ""), ("new", NEW, "old")))
    start = OLD.index("whether they come")
    before = rows(path, "select span_start, span_end from anchorings where subject = 'same'")
    values = {"span_start": start, "span_end": start + 17, "quote": None}
    act(path, lambda conn: apply_changes(conn, [Change("update", "mentions", "same", values)], "ann"))
    moved = rows(path, "select span_start, span_end, exact from anchorings where subject = 'same'")
    assert moved == [(NEW.index("whether"), NEW.index("whether") + 17, "whether they come")]
    act(path, lambda conn: apply_changes(conn, [Change("update", "mentions", "same", {"cue": "told"})], "ann"))
    assert rows(path, "select count(*) from revisions where row_id like 'mention--same--%'") == [2]
    act(path, lambda conn: undo(conn, "ann"))
    act(path, lambda conn: undo(conn, "ann"))
    assert rows(path, "select span_start, span_end from anchorings where subject = 'same'") == before
    assert check(path) == []


@pytest.fixture
def ambiguous(tmp_path):
    """The passage stands twice in the new version, both times far from its old neighbours."""
    path, words = tmp_path / "c.db", PASSAGES["same"]
    filler = "\n\n".join(f"Paragraph number {n} talks about quite other things {n * 7}." for n in range(12))
    text = f"{filler[:300]}\n\n{words}\n\n{filler[300:500]}\n\n{words}\n\n{filler[500:]}"
    loaded(path, package(tmp_path, ("old", OLD, ""), ("new", text, "old")))
    return path, text


def test_where_two_places_are_as_good_a_person_decides_and_that_stays(ambiguous):
    path, text = ambiguous
    words = PASSAGES["same"]
    id, state, start, places, revision = rows(
        path, "select id, state, span_start, alternatives, revision from anchorings where subject = 'same'"
    )[0]
    assert (state, start) == ("ambiguous", None)
    places = json.loads(places)
    assert sorted(text[a:b] for a, b in places) == [words, words]
    first, last = places[-1]
    with pytest.raises(StaleRow):
        act(path, lambda c: apply_changes(c, [decide(c, id, f"{first}-{last}", "ann", revision - 1)], "ann"))
    with pytest.raises(LoadError):
        act(path, lambda c: decide(c, id, f"5-{len(text) + 1}", "ann", revision))
    act(path, lambda c: apply_changes(c, [decide(c, id, f"{first}-{last}", "ann", revision)], "ann"))
    sql = "select state, span_start, span_end, exact, decided_by from anchorings where id = ?"
    decided = [("anchored", first, last, words, "ann")]
    assert rows(path, sql, [id]) == decided
    assert reanchor_versions(path, again=True, who="x").written == 0
    assert rows(path, sql, [id]) == decided
    act(path, lambda c: undo(c, "ann"))
    assert rows(path, sql, [id])[0][0] == "ambiguous"


def test_the_command_only_looks_for_what_is_missing(ambiguous):
    path, _ = ambiguous
    assert reanchor_versions(path, who="x").written == 0
    act(path, lambda c: apply_changes(c, [Change("delete", "anchorings", "mention--same--new")], "ann"))
    done = reanchor_versions(path, ["new"], who="x")
    assert (done.written, done.states) == (1, {"ambiguous": 1})
    with pytest.raises(LoadError):
        reanchor_versions(path, ["none"])


def test_words_of_a_text_that_may_not_be_passed_on_are_not_copied(tmp_path):
    path = tmp_path / "c.db"
    loaded(path, package(tmp_path, ("old", OLD, ""), ("new", NEW, "old"), rights="withheld"))
    found = rows(path, "select state, span_start, exact, prefix, suffix from anchorings where subject = 'same'")
    assert found == [("anchored", NEW.index(PASSAGES["same"]), None, None, None)]


def test_without_the_old_text_its_recorded_words_are_looked_for(tmp_path):
    path = tmp_path / "c.db"
    words = PASSAGES["same"]
    files = {
        "documents.csv": "id,title,kind,rights,text,text_length,revision_of\n"
        f'old,Talks,{NEWS},withheld,,{len(OLD)},\nnew,Talks,{NEWS},cc0,"{NEW}",,old\n',
        "statements.csv": "id,kind,report_type,document,speaker_label\ns,utterance,direct,old,somebody\n",
        "mentions.csv": "id,statement,document,report_type,span_start,span_end,quote\n"
        f'm,s,old,direct,{OLD.index(words)},{OLD.index(words) + len(words)},"{words}"\n'
        f"n,s,old,direct,0,10,\n",
    }
    loaded(path, write(tmp_path / "standoff", files))
    found = rows(path, "select subject, state, exact from anchorings")
    assert found == [("m", "moved", words)]
    assert reanchor_versions(path, who="x").unknown == 1


def test_other_processes_look_for_passages_as_this_one_does(tmp_path):
    """``datasette claims reanchor --workers``: the same rows, whoever looks."""
    from datasette_claims import spreading
    from datasette_claims.loading.reanchoring import outstanding

    path = tmp_path / "c.db"
    loaded(path, package(tmp_path, ("old", OLD, ""), ("new", NEW, "old")))
    with closing(sqlite3.connect(path)) as conn:
        alone = outstanding(conn, again=True)
        with spreading.crew(2) as crew:
            spread = outstanding(conn, again=True, spread=crew.spread)
        conn.execute("delete from anchorings")
        fresh = outstanding(conn)
        with spreading.crew(2) as crew:
            others = outstanding(conn, spread=crew.spread)
    assert (spread.states, spread.unknown) == (alone.states, alone.unknown)

    def told(outcome):
        return [(c.row, {k: v for k, v in c.values.items() if k != "anchored_at"}) for c in outcome.changes]

    assert len(fresh.changes) > 0
    assert told(others) == told(fresh)
