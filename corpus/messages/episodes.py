"""The sentences about episodes, subtitles, dialogues and speakers, and the names of the stages of their jobs."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "kind.corpus.ingest": _("Bringing in an episode"),
        "kind.corpus.cut": _("Cutting clips"),
        "stage.checking": _("looking at the file"),
        "stage.reading_subtitles": _("reading the subtitles"),
        "stage.making_playable": _("making it playable"),
        "stage.drawing_sound": _("drawing the sound"),
        "stage.writing": _("writing it down"),
        "stage.cutting": _("cutting clips"),
        "subtitles.too_large": _("%(name)s is no subtitle file: it has more than %(limit_mb)s MB."),
        "subtitles.encoding": _(
            "The encoding of %(name)s is unknown: it is neither UTF-8 nor UTF-16 nor GB18030. Save it as UTF-8."
        ),
        "subtitles.format": _("%(name)s is no subtitle file of a kind that can be read here (SRT, WebVTT, ASS)."),
        "subtitles.empty": _("%(name)s has no subtitle that says something and ends after it starts."),
        "subtitles.all_past_end": _(
            "All subtitles start after the end of the film (%(seconds)s s). They belong to another one."
        ),
        "episode.no_series": _("Say which series the episode belongs to."),
        "episode.no_subtitles": _(
            "The film has no subtitles of text inside it. Hand in a subtitle file (SRT, WebVTT, ASS) with it."
        ),
        "episode.same_title": _("%(series)s has an episode called %(title)s already."),
        "episode.same_file": _("This file is in the series already, as %(title)s."),
        "episode.too_large": _("The file is larger than an episode may be (%(limit_mb)s MB)."),
        "episode.gone": _("The episode or its upload is no more. Hand it in again."),
        "episode.interrupted": _("Interrupted; the episode was not brought in."),
        "episode.has_ready": _("The episode has dialogues that are ready, so it can't be removed."),
        "episode.busy": _("The episode is still being brought in."),
        "episode.no_sound": _("The film has no sound."),
        "episode.no_picture": _("The file has no picture, only sound."),
        "clips.missing": _("%(missing)s of %(wanted)s clips could not be cut, the first of them %(first)s."),
        "cue.empty": _("Subtitle %(row)s says nothing; it was left out."),
        "cue.untimed": _("Subtitle %(row)s has no readable times; it was left out: %(text)s"),
        "cue.backwards": _("Subtitle %(row)s ends before it starts; it was left out: %(text)s"),
        "cue.overlaps": _("Subtitle %(row)s starts before the one in front of it ends: %(text)s"),
        "cue.clipped": _("Subtitle %(row)s runs over the end of the film and was cut there: %(text)s"),
        "cue.past_end": _("Subtitle %(row)s starts after the end of the film; it was left out: %(text)s"),
        "cue.more": _("… and %(count)s more remarks like these."),
        "dialogue.frozen": _(
            "%(dialogue)s is ready, and so frozen: its utterances are mended from flags in the inbox."
        ),
        "dialogue.draft": _("%(dialogue)s is a draft: it can be mended on the page of its episode."),
        "dialogue.labelled": _(
            "%(dialogue)s has answers, so it can't become a draft again. Exclude it, or edit single utterances."
        ),
        "dialogue.gone": _("The dialogue is no more; somebody else changed it. Load the page again."),
        "dialogue.empty": _("%(dialogue)s has no utterances."),
        "dialogue.first": _("There is no dialogue before this one."),
        "utterance.gone": _("The utterance is no more; somebody else changed it. Load the page again."),
        "utterance.no_text": _("An utterance has a text; remove it if nothing is said."),
        "utterance.span": _("An utterance ends after it starts."),
        "utterance.past_end": _("The utterance would end after the film (%(end_ms)s ms of %(duration_ms)s ms)."),
        "utterance.disorder": _("The utterance would start before the one in front of it, or after the next one."),
        "utterance.split_span": _("The place to split at lies outside the utterance."),
        "utterance.split_text": _("Both parts of a split utterance need some text."),
        "utterance.last": _("It is the last utterance of its dialogue."),
        "utterance.first": _("A dialogue begins there already."),
        "speaker.no_name": _("A speaker has a name."),
        "speaker.name_too_long": _("A name has at most %(longest)s characters."),
        "speaker.gone": _("The speaker is no more; somebody else changed it. Load the page again."),
        "speaker.frozen": _("%(name)s speaks in dialogues that are ready, so the two can't be made one."),
    }
)
