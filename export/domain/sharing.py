"""Links by which people without an account download one release, and the log of these downloads."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Max, QuerySet, Sum

from common.auth.client_address import network_of
from common.auth.secret_tokens import hashed, new_token
from common.errors import Refused
from common.models import User
from export.models import Release, SharedDownload, SharingLink

USUAL_LIFE = timedelta(days=14)
LONGEST_LIFE = timedelta(days=365)
TOGETHER = timedelta(hours=1)  # requests that are nearer than this to the one before count as the same download
COPIES_PER_DAY = 20  # that one network can download by one link
NETWORK_IS_KEPT = timedelta(days=90)


def share_release(
    *, release: Release, expires_at: datetime, created_by: User | None, now: datetime, note: str = ""
) -> tuple[SharingLink, str]:
    """Create a link to a release.

    Args:
        release: made, and not discarded.
        expires_at: at most `LONGEST_LIFE` from now.
        created_by: a manager.
        now: the time.
        note: for managers, such as the name of the receiver.

    Returns:
        The link's row, and the token for its address, which is not stored.

    Raises:
        Refused: `sharing.not_made`, `sharing.bad_expiry`.
    """
    if not now < expires_at <= now + LONGEST_LIFE:
        raise Refused("sharing.bad_expiry", days=LONGEST_LIFE.days)
    token, token_hash = new_token()
    with transaction.atomic():
        locked = Release.objects.select_for_update(of=("self",)).get(pk=release.pk)  # against a discard meanwhile
        if locked.file_id is None:
            raise Refused("sharing.not_made", name=release.name)
        link = SharingLink.objects.create(
            release=locked,
            note=note.strip(),
            token_hash=token_hash,
            created_by=created_by,
            created_at=now,
            expires_at=expires_at,
        )
    return link, token


def revoke_sharing_link(*, link: SharingLink, now: datetime) -> None:
    """Revoke a link; one that was revoked before keeps its time."""
    SharingLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now)


def find_shared_release(*, token: str, now: datetime) -> SharingLink:
    """Return the valid link with its release.

    An archived corpus keeps its links: it was often archived because it is published.

    Raises:
        Refused: `sharing.unknown`, `sharing.revoked`, `sharing.expired`, `sharing.discarded`.
    """
    rows = SharingLink.objects.select_related("release__corpus", "release__file")
    link = rows.filter(token_hash=hashed(token), release__corpus__deletion_requested_at=None).first()
    if link is None:
        raise Refused("sharing.unknown")
    if link.release.discarded_at:
        raise Refused("sharing.discarded")
    if link.revoked_at:
        raise Refused("sharing.revoked")
    if link.expires_at <= now:
        raise Refused("sharing.expired")
    if link.release.file is None or not link.release.file.path.is_file():
        raise Refused("sharing.unknown")
    return link


@transaction.atomic
def record_download(*, link: SharingLink, address: str, count: int, now: datetime) -> None:
    """Record a request for the zip, or refuse it.

    Args:
        link: as `find_shared_release` returned it.
        address: of the client; only its network is stored.
        count: bytes that the request asks for; nothing is recorded for 0.
        now: the time.

    Raises:
        Refused: `sharing.too_much`, this network has asked for too many copies within a day.
    """
    if not count:
        return
    assert link.release.file is not None  # noqa: S101 -- find_shared_release checked it
    SharingLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    network = network_of(address)
    today = SharedDownload.objects.filter(link=link, network=network, last_at__gt=now - timedelta(days=1))
    taken = today.aggregate(taken=Sum("bytes"))["taken"] or 0
    if taken + count > COPIES_PER_DAY * max(link.release.file.size, 1):
        raise Refused("sharing.too_much")
    newest = today.filter(last_at__gt=now - TOGETHER).first()
    if newest is None:
        SharedDownload.objects.create(link=link, network=network, began_at=now, last_at=now, bytes=count)
    else:
        SharedDownload.objects.filter(pk=newest.pk).update(
            last_at=now, requests=F("requests") + 1, bytes=F("bytes") + count
        )
    old = SharedDownload.objects.filter(link__release=link.release_id, last_at__lt=now - NETWORK_IS_KEPT)
    old.exclude(network="").update(network="")


def links_of(release: Release) -> QuerySet[SharingLink]:
    """Return the links of a release, the newest first, with the number of `taken` downloads, their `total` bytes and
    the time of the `newest`."""
    return (
        release.links.select_related("created_by")
        .annotate(taken=Count("downloads"), total=Sum("downloads__bytes"), newest=Max("downloads__last_at"))
        .order_by("-created_at", "-pk")
    )


def downloads_of(release: Release) -> QuerySet[SharedDownload]:
    """Return the logged downloads of a release, the newest first, with their links."""
    return SharedDownload.objects.filter(link__release=release).select_related("link")
