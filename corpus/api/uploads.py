"""Resumable uploads by the tus protocol (tus.io, version 1.0.0), and episodes made of them.

Extensions: creation, expiration, checksum, termination. `tus-js-client` sends from the page, and any client of the
protocol from elsewhere, with a token.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException

from common.api.errors import ErrorSerializer
from common.api.strict_fields import StrictBooleanField, StrictCharField, StrictUUIDField
from common.api.views import METHODS, Api, ApiRequest, reply
from common.errors import Refused
from corpus.access import corpus_or_404
from corpus.domain.ingest import resumable_uploads
from corpus.domain.ingest.resumable_uploads import ALGORITHMS, Upload
from corpus.domain.structure.archiving import require_writable
from corpus.models import Corpus

VERSION = "1.0.0"
PART = "application/offset+octet-stream"
STATUS = {
    "upload.other_offset": 409,
    "upload.past_end": 409,
    "upload.busy": 423,
    "upload.algorithm": 400,
    "upload.damaged": 460,  # of the protocol: Checksum Mismatch
    "episode.too_large": 413,
    "disk.full": 507,
}


class WrongVersion(APIException):
    status_code = 412
    default_detail = f"Tus-Resumable: {VERSION} is required."
    default_code = "tus_version"


class WrongRequest(APIException):
    status_code = 400
    default_code = "tus_request"


class WrongType(APIException):
    status_code = 415
    default_detail = f"Content-Type: {PART} is required."
    default_code = "tus_type"


class Tus(Api):
    """A view of the protocol."""

    methods: ClassVar[tuple[str, ...]] = (*METHODS, "head", "options")

    def options(self, *_args: Any, **_kwargs: Any) -> HttpResponse:  # type: ignore[override]  # not REST framework's
        """Return the abilities of the server."""
        return _answer(
            204,
            {
                "Tus-Version": VERSION,
                "Tus-Extension": "creation,expiration,checksum,termination",
                "Tus-Max-Size": str(settings.MAX_EPISODE_BYTES),
                "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
            },
        )

    def _error(self, error: Exception) -> HttpResponse:
        response = super()._error(error)
        if isinstance(error, Refused):
            response.status_code = STATUS.get(error.code, response.status_code)
        response["Tus-Resumable"] = VERSION
        response["Tus-Version"] = VERSION
        return response


@extend_schema(exclude=True)  # the protocol describes it
class Uploads(Tus):
    """The creation of uploads."""

    def post(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Accept an upload of `Upload-Length` bytes."""
        corpus = _managed(request, slug)
        _require_version(request)
        about = _metadata(request.http.headers.get("Upload-Metadata", ""))
        upload = resumable_uploads.create_upload(
            corpus=corpus,
            owner=request.user,
            name=about.get("filename", ""),
            length=_number(request, "Upload-Length"),
            sha256=about.get("sha256", ""),
        )
        where = reverse("corpus-api:upload", args=[corpus.slug, upload.public_id])
        return _answer(201, {"Location": where, **_expiry(upload)})


@extend_schema(exclude=True)
class OneUpload(Tus):
    """An upload."""

    def head(self, request: ApiRequest, slug: str, public_id: UUID) -> HttpResponse:
        """Return how much has arrived."""
        upload = _own(request, slug, public_id)
        _require_version(request)
        return _answer(200, {"Upload-Length": str(upload.length), **_state(upload, upload.offset)})

    def patch(self, request: ApiRequest, slug: str, public_id: UUID) -> HttpResponse:
        """Take a part."""
        upload = _own(request, slug, public_id)
        _require_version(request)
        if request.http.content_type != PART:
            raise WrongType
        arrived = resumable_uploads.append_part(
            upload=upload,
            offset=_number(request, "Upload-Offset"),
            part=request.http,  # type: ignore[arg-type]  # it reads like a file
            length=_number(request, "Content-Length"),
            checksum=request.http.headers.get("Upload-Checksum", ""),
        )
        return _answer(204, _state(upload, arrived))

    def delete(self, request: ApiRequest, slug: str, public_id: UUID) -> HttpResponse:
        """End an upload and remove what has arrived."""
        upload = _own(request, slug, public_id)
        _require_version(request)
        resumable_uploads.remove_upload(upload=upload)
        return _answer(204, {})


class NewEpisodeSerializer(serializers.Serializer[Any]):
    """An episode made of complete uploads."""

    media = StrictUUIDField(help_text="the upload with the video or audio")
    subtitles = StrictUUIDField(allow_null=True, default=None)
    series = StrictCharField(max_length=200, help_text="created if there is none of this name")
    title = StrictCharField(max_length=200, default="", allow_blank=True, help_text="default: the file name")
    licence = StrictCharField(max_length=200, default="", allow_blank=True)
    has_laugh_track = StrictBooleanField(default=False)


class AcceptedEpisodeSerializer(serializers.Serializer[Any]):
    """An episode that waits for its import."""

    episode = serializers.UUIDField()
    job = serializers.UUIDField()
    page = serializers.CharField(help_text="address of the list of episodes with its progress")


class Episodes(Api):
    """New episodes."""

    @extend_schema(request=NewEpisodeSerializer, responses={202: AcceptedEpisodeSerializer, 409: ErrorSerializer})
    def post(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Make an episode of complete uploads; a worker imports it."""
        corpus = _managed(request, slug)
        asked = NewEpisodeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        episode, job = resumable_uploads.submit_uploads(corpus=corpus, owner=request.user, **asked.validated_data)
        page = reverse("corpus:episodes", args=[corpus.slug]) + f"#episode-{episode.public_id}"
        return reply({"episode": str(episode.public_id), "job": str(job.public_id), "page": page}, status=202)


def _managed(request: ApiRequest, slug: str) -> Corpus:
    corpus, membership = corpus_or_404(request.user, slug)
    if not membership.is_manager:
        raise PermissionDenied
    require_writable(corpus)
    return corpus


def _own(request: ApiRequest, slug: str, public_id: UUID) -> Upload:
    upload = resumable_uploads.find_upload(public_id=public_id, corpus=_managed(request, slug), owner=request.user)
    if upload is None:
        raise Http404
    return upload


def _require_version(request: ApiRequest) -> None:
    if request.http.headers.get("Tus-Resumable") != VERSION:
        raise WrongVersion


def _number(request: ApiRequest, name: str) -> int:
    value = request.http.headers.get(name, "")
    if not (value.isascii() and value.isdecimal() and len(value) < 16):
        raise WrongRequest(f"{name}: a number of bytes is required.")
    return int(value)


def _metadata(header: str) -> dict[str, str]:
    """Return the names and values of `Upload-Metadata`: pairs at commas, values in base64."""
    pairs = [pair.strip().partition(" ") for pair in header.split(",") if pair.strip()]
    try:
        return {name: base64.b64decode(value, validate=True).decode("utf-8") for name, _, value in pairs}
    except (binascii.Error, UnicodeDecodeError):
        raise WrongRequest("Upload-Metadata: values in base64 are required.") from None


def _state(upload: Upload, arrived: int) -> dict[str, str]:
    return {"Upload-Offset": str(arrived), **(_expiry(upload) if arrived < upload.length else {})}


def _expiry(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": http_date(upload.expires_at)}


def _answer(status: int, headers: dict[str, str]) -> HttpResponse:
    response = reply(status=status)
    response["Tus-Resumable"] = VERSION
    for name, value in headers.items():
        response[name] = value
    return response
