"""A membership holds a set of roles, in place of one."""

from django.db import migrations, models
from django.db.models import Q
from django.db.migrations.state import StateApps

ROLES = ("manager", "adjudicator", "annotator")


def copy_role(apps: StateApps, _editor: object) -> None:
    for role in ROLES:
        apps.get_model("corpus", "Membership").objects.filter(role=role).update(**{f"is_{role}": True})


def copy_back(apps: StateApps, _editor: object) -> None:
    """Keep the role with the most permissions."""
    for role in reversed(ROLES):
        apps.get_model("corpus", "Membership").objects.filter(**{f"is_{role}": True}).update(role=role)


class Migration(migrations.Migration):
    dependencies = [("corpus", "0004_finding")]

    operations = [
        migrations.AddField(
            model_name="corpus",
            name="allows_several_roles",
            field=models.BooleanField(default=False, help_text="whether one member may have several roles"),
        ),
        *[
            migrations.AddField(model_name="membership", name=f"is_{role}", field=models.BooleanField(default=False))
            for role in ROLES
        ],
        migrations.AlterField(
            model_name="membership", name="role", field=models.CharField(max_length=12, default="annotator")
        ),
        migrations.RunPython(copy_role, copy_back),
        migrations.RemoveField(model_name="membership", name="role"),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=Q(is_manager=True) | Q(is_adjudicator=True) | Q(is_annotator=True), name="member_has_a_role"
            ),
        ),
    ]
