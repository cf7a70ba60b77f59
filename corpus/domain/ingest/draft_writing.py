"""Writing the cues of a reading as draft dialogues with utterances."""

from __future__ import annotations

from dataclasses import asdict

from django.db.models import Max

from corpus.domain.structure.speakers import get_or_create_speaker
from corpus.models import Cue, Dialogue, Episode, Series, Speaker, Utterance
from corpus.rules.subtitles.cue import Cue as SubtitleCue
from corpus.rules.subtitles.cue_reading import Reading
from corpus.rules.subtitles.cues_to_turns import Turn, into_dialogues, into_turns

STORED_REMARKS = 200  # remarks on single cues that an episode stores; further ones are only counted
LONGEST_REPORTED = 500


def divided(episode: Episode, cues: list[SubtitleCue]) -> list[list[Turn]]:
    """Return the turns of cues by dialogue, by the settings of the episode's corpus."""
    corpus = episode.series.corpus
    turns = into_turns(cues, merge_gap_ms=corpus.merge_gap_ms)
    return into_dialogues(turns, silence_ms=corpus.silence_ms)


def write_drafts(episode: Episode, cues: list[SubtitleCue]) -> None:
    """Write all cues, and draft dialogues of those that are speech; the caller holds the lock of the corpus."""
    owners = _write_dialogues(episode, divided(episode, cues))
    Cue.objects.bulk_create(
        Cue(
            episode=episode,
            utterance=owners.get(id(cue)),
            order=order,
            start_ms=cue.start_ms,
            end_ms=cue.end_ms,
            speaker_name=cue.speaker,
            text=cue.text,
            kind=cue.kind,
            translation=cue.translation,
            row=cue.row,
            line=cue.line,
            raw=cue.raw,
            notes=list(cue.notes),
            remark=cue.remark,
        )
        for order, cue in enumerate(cues, start=1)
    )


def report_of(reading: Reading) -> dict[str, object]:
    """Return what an episode stores of a reading beside its cues."""
    return {
        "form": reading.form,
        "encoding": reading.encoding,
        "fps": reading.fps,
        "touched": reading.touched,
        "remarks": [asdict(remark) for remark in reading.remarks[:LONGEST_REPORTED]],
        "parts": [asdict(part) for part in reading.parts],
    }


def warnings_of(cues: list[SubtitleCue]) -> list[dict[str, object]]:
    """Return the remarks on cues of speech, as code and parameters, cue by cue."""
    remarked = [cue for cue in cues if cue.remark and cue.kind == "speech"]
    remarks: list[dict[str, object]] = [
        {"code": f"cue.{cue.remark}", "params": {"row": cue.row, "text": cue.text[:80]}}
        for cue in remarked[:STORED_REMARKS]
    ]
    if len(remarked) > STORED_REMARKS:
        remarks.append({"code": "cue.more", "params": {"count": len(remarked) - STORED_REMARKS}})
    return remarks


def _write_dialogues(episode: Episode, dialogues: list[list[Turn]]) -> dict[int, Utterance]:
    """Write drafts with their utterances; return the utterance of each cue, by the cue's `id()`."""
    corpus = episode.series.corpus
    speakers = _speakers(episode.series, dialogues)
    place = Dialogue.objects.filter(corpus=corpus).aggregate(last=Max("order"))["last"] or 0
    stem = _free_stem(episode)
    owners: dict[int, Utterance] = {}
    for number, turns in enumerate(dialogues, start=1):
        dialogue = Dialogue.objects.create(
            corpus=corpus,
            series=episode.series,
            episode=episode,
            code=f"{stem}_D{number:03d}",
            order=place + number,
        )
        utterances = [
            Utterance(
                dialogue=dialogue,
                code=f"{dialogue.code}_U{order:03d}",
                order=order,
                speaker=speakers.get(turn.speaker),
                text=turn.text,
                start_ms=turn.start_ms,
                end_ms=turn.end_ms,
            )
            for order, turn in enumerate(turns, start=1)
        ]
        Utterance.objects.bulk_create(utterances)
        owners |= {id(cue): one for one, turn in zip(utterances, turns, strict=True) for cue in turn.cues}
    return owners


def _speakers(series: Series, dialogues: list[list[Turn]]) -> dict[str, Speaker | None]:
    return {
        name: get_or_create_speaker(series, name)
        for name in sorted({turn.speaker for turns in dialogues for turn in turns})
    }


def _free_stem(episode: Episode) -> str:
    """Return E1, E2 ...: the first number that no dialogue of the corpus uses."""
    known = Dialogue.with_retired.filter(corpus=episode.series.corpus, code__startswith="E")
    taken = {code.partition("_")[0] for code in known.values_list("code", flat=True)}
    return next(f"E{number}" for number in range(1, len(taken) + 2) if f"E{number}" not in taken)
