"""Changes that users make to their own accounts."""

from common.models import User


def save_language(*, user: User, language: str) -> None:
    """Save the interface language of a user.

    Args:
        language: a code of settings.LANGUAGES.
    """
    User.objects.filter(pk=user.pk).update(language=language)


def rename(*, user: User, name: str) -> None:
    """Change the name that managers see.

    Args:
        name: the full name; the order of given and family name is up to the user.
    """
    User.objects.filter(pk=user.pk).update(first_name=name.strip(), last_name="")
