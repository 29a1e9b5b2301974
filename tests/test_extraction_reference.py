"""The reference article against its reviewed reading, and the bench against the scorer that comes with the sample."""

import csv
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from datasette_claims.extraction import extract

ROOT = Path(__file__).parents[1]
SHARED = ROOT / ".." / "shared"
SEED = SHARED / "seed"
SAMPLE = SHARED / "polnear" / "train300.jsonl"
needs_seed = pytest.mark.skipif(not (SEED / "article.txt").exists(), reason="the reference article is not at hand")
needs_sample = pytest.mark.skipif(not SAMPLE.exists(), reason="the PolNeAR sample is not at hand")


def rows(name):
    with (SEED / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def article():
    return (SEED / "article.txt").read_text(encoding="utf-8")


def draft():
    return extract(article(), published_on=date(2019, 5, 16), publisher="NBC News")


def gold():
    """The utterances of the reviewed reading in the form of the sample."""
    kinds = {row["statement_id"]: row["kind"] for row in rows("statements.csv")}
    evidence = rows("evidence.csv")
    quotes = []
    for mention in rows("mentions.csv"):
        if kinds[mention["statement_id"]] != "utterance":
            continue
        spans = {
            part: [
                [int(e["start"]), int(e["end"])]
                for e in evidence
                if e["mention_id"] == mention["mention_id"] and e["part"] == part
            ]
            for part in ("content", "source", "cue")
        }
        if spans["content"]:
            quotes.append(
                {
                    "id": mention["mention_id"],
                    "content": [min(a for a, _ in spans["content"]), max(b for _, b in spans["content"])],
                    "content_spans": spans["content"],
                    "speaker": (spans["source"] or [None])[0],
                    "cue": (spans["cue"] or [None])[0],
                    "type": mention["report_type"],
                    "speech": True,
                }
            )
    return {"doc_id": "reference", "text": article(), "date": "2019-05-16", "publisher": "NBC News", "quotes": quotes}


def run_bench(path, out):
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "extraction.py"), str(path), "--out", str(out)],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.strip().split("\n")[-1])


@needs_seed
def test_nine_of_ten_utterances_are_found_with_their_speaker(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(gold()), encoding="utf-8")
    assert run_bench(path, tmp_path / "predicted.jsonl")["all_end_to_end_f1"] >= 0.90


@needs_seed
def test_every_segment_has_the_kind_that_the_reading_gives_it():
    found = {(s.start, s.end): s.kind for s in draft().segments}
    expected = {(int(r["start"]), int(r["end"])): r["segment_type"] for r in rows("segments.csv")}
    assert found.keys() == expected.keys()
    wrong = {span: (found[span], kind) for span, kind in expected.items() if found[span] != kind}
    # one picture without an image line and without an agency at its end is a paragraph to any rule
    assert set(wrong.values()) <= {("paragraph", "caption")}
    assert len(wrong) <= 1


@needs_seed
def test_every_named_speaker_is_right():
    surnames = {row["mention_id"]: row["speaker_label"] for row in rows("mentions.csv")}
    speakers = {row["statement_id"]: row["speaker_id"] for row in rows("statements.csv")}
    names = {row["actor_id"]: row["name"] for row in rows("actors.csv")}
    evidence = [e for e in rows("evidence.csv") if e["part"] == "cue"]
    found = {m.parts("cue")[0].start: m for m in draft().mentions if m.parts("cue")}
    checked = 0
    for mention in rows("mentions.csv"):
        if mention["identification"] != "named" or not surnames[mention["mention_id"]]:
            continue
        cue = next((int(e["start"]) for e in evidence if e["mention_id"] == mention["mention_id"]), None)
        if cue in found:
            expected = names[speakers[mention["statement_id"]]].split()[-1]
            assert found[cue].candidates[0].label.split()[-1] == expected, mention["mention_id"]
            checked += 1
    assert checked >= 18


@needs_sample
def test_the_bench_counts_as_the_scorer_of_the_sample_does(tmp_path):
    lines = SAMPLE.read_text(encoding="utf-8").split("\n")[:40]
    path, out = tmp_path / "gold.jsonl", tmp_path / "predicted.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    ours = run_bench(path, out)
    for subset in ("speech", "quoted", "indirect"):
        done = subprocess.run(
            [sys.executable, "score_quotes.py", str(path), str(out), "--subset", subset, "--json"],
            cwd=SHARED / "tools",
            capture_output=True,
            text=True,
            check=True,
        )
        theirs = json.loads(done.stdout)
        assert ours[f"{subset}_content_f1"] == pytest.approx(theirs["overlap"][2], abs=1e-4)
        assert ours[f"{subset}_end_to_end_f1"] == pytest.approx(theirs["e2e"][2], abs=1e-4)
