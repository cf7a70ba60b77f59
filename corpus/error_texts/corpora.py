"""Texts about corpora, media, members and links: errors."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "corpus.may_not_create": _("You are not allowed to create corpora. Ask the administrator of this server."),
        "corpus.slug_taken": _("The short name %(slug)s is already in use. Choose another one."),
        "corpus.minutes_out_of_range": _("Enter a number of minutes from 1 to %(longest)s."),
        "corpus.gaps_out_of_range": _(
            "The gap within a turn may not exceed the silence between dialogues, and the silence may "
            "not exceed %(longest)s ms."
        ),
        "media.codec_refused": _("The codec %(codec)s is not supported."),
        "media.disk_full": _("The disk is full."),
        "media.empty": _("The file is empty."),
        "media.failed": _("The media program failed: %(reason)s"),
        "media.ffmpeg_missing": _("ffmpeg was not found at %(path)s. Correct or remove FFMPEG_BIN, or install ffmpeg."),
        "media.no_streams": _("The file contains neither video nor audio."),
        "media.no_such_track": _("The file has no audio track number %(track)s."),
        "media.no_subtitles": _("The file has no text subtitle track."),
        "media.not_media": _("This is not a supported video or audio file (MP4, MKV, WebM ...)."),
        "media.output_wrong": _("The converted file is faulty (%(what)s). The source may be damaged."),
        "media.output_too_big": _("The result exceeds %(megabytes)s MB."),
        "media.over_limits": _("Reading the file exceeded the limits (%(seconds)s s, or too much memory)."),
        "media.past_end": _("The span %(start_ms)s-%(end_ms)s ms exceeds the end of the episode (%(duration_ms)s ms)."),
        "media.too_large": _("The resolution is too high: %(width)s x %(height)s."),
        "media.too_long": _("The file is longer than %(hours)s hours."),
        "media.truncated": _("The file is incomplete: a part of it is missing."),
        "media.truncated_at": _("The file is incomplete: it ends after %(found)s s of %(declared)s s."),
        "media.undecodable": _("The video cannot be decoded."),
        "member.already": _("You are already a member of this corpus."),
        "member.deactivated": _("Your access to this corpus was ended. Ask a manager to restore it."),
        "member.no_role": _("Select at least one role."),
        "member.one_role": _(
            "In this corpus each member has one role. To give a person several, allow it in the settings first."
        ),
        "member.several_roles": _(
            "Some members have several roles: %(people)s. Leave each of them one role before you forbid several."
        ),
        "member.last_manager": _("A corpus needs a manager. Make someone else a manager first."),
        "consent.text_changed": _("The text was changed in the meantime. Read it again before you decide."),
        "consent.text_empty": _("Enter the text in at least one language."),
        "consent.text_too_long": _("The text is longer than %(characters)s characters. Shorten it."),
        "consent.text_moved_on": _("Somebody else changed the text in the meantime. Reload the page."),
        "invitation.unknown": _("This invitation does not exist. Check that you copied the complete link."),
        "invitation.used": _("This invitation has already been used. Each link works once."),
        "invitation.username_taken": _("Somebody has just taken this user name. Choose another one."),
        "invitation.revoked": _("This invitation was revoked."),
        "invitation.expired": _("This invitation has expired. Ask for a new one."),
        "reset.invalid": _(
            "This link is invalid or has expired. Each link works once, within one day. Ask for a new one."
        ),
        "reset.out_of_reach": _(
            "You cannot reset this person's password: they belong to a corpus that you do not manage, "
            "or have more permissions on this server than you."
        ),
    }
)
