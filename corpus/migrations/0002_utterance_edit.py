import django.db.models.deletion
from django.db import migrations, models

from common.database.append_only_triggers import rename_trigger


def exclude(apps, _schema_editor):
    apps.get_model("corpus", "Dialogue").objects.filter(state="aside").update(state="excluded")


def put_aside(apps, _schema_editor):
    apps.get_model("corpus", "Dialogue").objects.filter(state="excluded").update(state="aside")


class Migration(migrations.Migration):

    dependencies = [("corpus", "0001_squashed_0010_utterance_version")]

    operations = [
        migrations.RenameModel("Change", "UtteranceEdit"),
        rename_trigger("corpus_change", "corpus_utteranceedit", ["utterance_id", "before", "after", "changed_at"]),
        migrations.RemoveConstraint(
            model_name='dialogue',
            name='ready_dialogue_has_time',
        ),
        migrations.AlterField(
            model_name='dialogue',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('ready', 'ready'), ('excluded', 'excluded')], default='draft', max_length=8),
        ),
        migrations.AlterField(
            model_name='utteranceedit',
            name='utterance',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='edits', to='corpus.utterance'),
        ),
        migrations.RunPython(exclude, put_aside),
        migrations.AddConstraint(
            model_name='dialogue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ready_at__isnull', True), ('state', 'draft')), models.Q(('ready_at__isnull', False), ('state__in', ['ready', 'excluded'])), _connector='OR'), name='ready_dialogue_has_time'),
        ),
    ]
