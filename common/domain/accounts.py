"""What people change about themselves."""

from common.models import User


def choose_language(*, user: User, language: str) -> None:
    """Remember in which language a person reads.

    Args:
        language: a code of settings.LANGUAGES.
    """
    User.objects.filter(pk=user.pk).update(language=language)


def rename(*, user: User, name: str) -> None:
    """Change the name under which managers see a person.

    Args:
        name: the whole name in one piece; where the family name goes is the person's own matter.
    """
    User.objects.filter(pk=user.pk).update(first_name=name.strip(), last_name="")
