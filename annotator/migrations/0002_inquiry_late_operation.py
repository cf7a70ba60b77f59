import django.db.models.deletion
from django.db import migrations, models


def exclude(apps, _schema_editor):
    apps.get_model("annotator", "Return").objects.filter(state="aside").update(state="excluded")


def put_aside(apps, _schema_editor):
    apps.get_model("annotator", "Return").objects.filter(state="excluded").update(state="aside")


class Migration(migrations.Migration):

    dependencies = [("annotator", "0001_squashed_0011_batch_job"), ("corpus", "0002_utterance_edit")]

    operations = [
        migrations.RenameModel("Question", "Inquiry"),
        migrations.RenameModel("SetAside", "LateOperation"),
        migrations.RemoveConstraint(
            model_name='inquiry',
            name='answered_question_has_reply',
        ),
        migrations.RenameIndex(
            model_name='inquiry',
            new_name='open_inquiries',
            old_name='open_questions',
        ),
        migrations.AlterField(
            model_name='inquiry',
            name='guideline',
            field=models.ForeignKey(blank=True, help_text='the version that took it up as an example', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inquiries', to='corpus.guidelineversion'),
        ),
        migrations.AlterField(
            model_name='inquiry',
            name='utterance',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='inquiries', to='corpus.utterance'),
        ),
        migrations.AlterField(
            model_name='lateoperation',
            name='assignment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='late_operations', to='annotator.assignment'),
        ),
        migrations.AlterField(
            model_name='return',
            name='state',
            field=models.CharField(choices=[('open', 'open'), ('given_out', 'given out again'), ('excluded', 'excluded'), ('draft', 'a draft again')], default='open', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='inquiry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('guideline__isnull', True), ('published_text', ''), ('reply', ''), ('settled_at__isnull', True), ('state', 'open')), models.Q(('settled_at__isnull', False), ('state', 'answered'), models.Q(('reply', ''), _negated=True)), _connector='OR'), name='answered_inquiry_has_reply'),
        ),
        migrations.RunPython(exclude, put_aside),
    ]
