"""What the media engine raises when a file cannot be worked with."""

from common.errors import Refused


class MediaFault(Refused):
    """A refusal that is about a media file or a media program; the codes start with `media.`."""
