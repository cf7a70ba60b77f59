import annotator.models.calibration
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from common.database.append_only_triggers import refuse_updates


APPEND_ONLY = {
    "annotator_answerset": (
        *("public_id", "utterance_id", "version", "codebook_id", "acceptable", "reasons", "origin", "raters"),
        "created_at",
    ),
    "annotator_attempt": ("rater_id", "number", "part", "right", "judged", "pass_percent", "passed", "ended_at"),
    "annotator_result": ("assignment_id", "rater_id", "purpose", "right", "judged", "created_at"),
    "annotator_resultitem": ("result_id", "answer_set_id", "answers", "verdicts"),
}


class Migration(migrations.Migration):

    replaces = [('annotator', '0001_initial'), ('annotator', '0002_purpose_of_slots'), ('annotator', '0003_notes_and_acknowledgements'), ('annotator', '0004_batches'), ('annotator', '0005_slots_in_batches'), ('annotator', '0006_slot_has_batch'), ('annotator', '0007_calibration'), ('annotator', '0008_calibration_added_only'), ('annotator', '0009_settled_set_aside'), ('annotator', '0010_fewer_indexes'), ('annotator', '0011_batch_job')]

    initial = True

    dependencies = [
        ('common', '0001_squashed_0003_session_knows_its_person'),
        ('corpus', '0001_squashed_0010_utterance_version'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(help_text='from 1 within the utterance')),
                ('acceptable', models.JSONField(help_text='question slug -> list of acceptable values; a question left out is not judged')),
                ('reasons', models.JSONField(help_text="question slug, or '' for the utterance -> why")),
                ('origin', models.CharField(choices=[('unanimous', 'all experts agree'), ('experts', "each expert's answer"), ('typed', 'written by hand')], max_length=9)),
                ('raters', models.JSONField(default=list, help_text='slugs of the experts whose labels it was made from')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('codebook', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.codebookversion')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('utterance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answer_sets', to='corpus.utterance')),
            ],
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('purpose', models.CharField(choices=[('main', 'main'), ('pilot', 'pilot'), ('relabel', 'relabelling'), ('retest', 'retest'), ('training', 'training'), ('test', 'qualification'), ('gold', 'gold')], default='main', help_text="its slot's", max_length=8)),
                ('token', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('open', 'open'), ('done', 'done'), ('released', 'released')], default='open', max_length=8)),
                ('lease_until', models.DateTimeField()),
                ('claimed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('heartbeat_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('comment', models.TextField(blank=True, help_text='of the manager who sent it back')),
                ('codebook', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.codebookversion')),
                ('dialogue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='corpus.dialogue')),
                ('guideline', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.guidelineversion')),
                ('rater', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='corpus.rater')),
            ],
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='from 1 within the rater')),
                ('part', models.PositiveSmallIntegerField(help_text='the test set')),
                ('right', models.PositiveIntegerField()),
                ('judged', models.PositiveIntegerField()),
                ('pass_percent', models.PositiveSmallIntegerField()),
                ('passed', models.BooleanField()),
                ('ended_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('rater', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='corpus.rater')),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('purpose', models.CharField(choices=[('main', 'main'), ('pilot', 'pilot'), ('relabel', 'relabelling'), ('retest', 'retest'), ('training', 'training'), ('test', 'qualification'), ('gold', 'gold')], default='main', max_length=8)),
                ('is_automatic', models.BooleanField(default=False)),
                ('name', models.CharField(blank=True, max_length=80)),
                ('k', models.PositiveSmallIntegerField(help_text='judgements per dialogue; the automatic batch follows the codebook')),
                ('given', models.CharField(choices=[('everyone', 'to whoever asks first'), ('named', 'to named people, whoever of them asks first'), ('shared', 'shared out evenly among named people')], default='everyone', max_length=8)),
                ('priority', models.SmallIntegerField(default=0, help_text='higher ones come first')),
                ('deadline', models.DateField(blank=True, null=True)),
                ('percent', models.PositiveSmallIntegerField(blank=True, help_text='mixed into that share of the claims; null: in its turn', null=True)),
                ('seed', models.PositiveIntegerField(help_text='of the order in which its dialogues come')),
                ('dealt', models.PositiveIntegerField(default=0, help_text='the rank that the next dialogue gets')),
                ('topped', models.PositiveIntegerField(default=0, help_text='up to which rank a higher k has been dealt')),
                ('closed_at', models.DateTimeField(blank=True, help_text='gives nothing out since then', null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='corpus.corpus')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.OneToOneField(blank=True, help_text='makes the slots of many', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='common.job')),
                ('people', models.ManyToManyField(blank=True, related_name='batches', to='corpus.rater')),
            ],
        ),
        migrations.CreateModel(
            name='Bookmark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveIntegerField(default=0)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bookmarks', to='annotator.batch')),
                ('rater', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='corpus.rater')),
            ],
        ),
        migrations.CreateModel(
            name='Calibration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('has_training', models.BooleanField(default=False)),
                ('has_test', models.BooleanField(default=False)),
                ('pass_percent', models.PositiveSmallIntegerField(default=80, help_text='of the judged answers that are acceptable')),
                ('attempts', models.PositiveSmallIntegerField(default=2, help_text='each with a test set of its own')),
                ('has_gold', models.BooleanField(default=False)),
                ('gold_percent', models.PositiveSmallIntegerField(default=5, help_text='of the dialogues that a person gets')),
                ('seed', models.CharField(default=annotator.models.calibration.new_seed, editable=False, help_text='secret; decides when gold comes', max_length=32)),
                ('corpus', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calibration', to='corpus.corpus')),
            ],
        ),
        migrations.CreateModel(
            name='CalibrationDialogue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('use', models.CharField(choices=[('training', 'training'), ('test', 'qualification'), ('gold', 'gold')], max_length=8)),
                ('part', models.PositiveSmallIntegerField(default=1)),
                ('dialogue', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calibration', to='corpus.dialogue')),
            ],
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, help_text='made by the page', unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reply', models.TextField(blank=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('seen_at', models.DateTimeField(blank=True, help_text='when its annotator saw what became of it', null=True)),
                ('reason', models.CharField(choices=[('bad_cut', 'bad cut'), ('wrong_speaker', 'wrong speaker'), ('wrong_text', 'wrong text'), ('two_emotions', 'two emotions'), ('other', 'something else')], max_length=16)),
                ('comment', models.TextField(blank=True)),
                ('start_ms', models.PositiveIntegerField(blank=True, help_text='where it should start, for a bad cut', null=True)),
                ('end_ms', models.PositiveIntegerField(blank=True, null=True)),
                ('state', models.CharField(choices=[('open', 'open'), ('accepted', 'accepted'), ('declined', 'declined'), ('withdrawn', 'taken back')], default='open', max_length=10)),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='annotator.assignment')),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='corpus.corpus')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('utterance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='corpus.utterance')),
            ],
        ),
        migrations.CreateModel(
            name='Qualification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('qualified_at', models.DateTimeField(blank=True, null=True)),
                ('forgiven', models.PositiveIntegerField(default=0, help_text='attempts up to this number no longer count')),
                ('let_through_by', models.ForeignKey(blank=True, help_text='null: passed the test', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rater', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='qualification', to='corpus.rater')),
            ],
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, help_text='made by the page', unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reply', models.TextField(blank=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('seen_at', models.DateTimeField(blank=True, help_text='when its annotator saw what became of it', null=True)),
                ('about', models.CharField(blank=True, help_text='slug of the task or link that was in focus', max_length=40)),
                ('text', models.TextField()),
                ('state', models.CharField(choices=[('open', 'open'), ('answered', 'answered')], default='open', max_length=10)),
                ('published_text', models.TextField(blank=True, help_text='the question as all may read it; empty: no other does')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='annotator.assignment')),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='corpus.corpus')),
                ('guideline', models.ForeignKey(blank=True, help_text='the version that took it up as an example', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='corpus.guidelineversion')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('utterance', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='questions', to='corpus.utterance')),
            ],
        ),
        migrations.CreateModel(
            name='Result',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('main', 'main'), ('pilot', 'pilot'), ('relabel', 'relabelling'), ('retest', 'retest'), ('training', 'training'), ('test', 'qualification'), ('gold', 'gold')], max_length=8)),
                ('right', models.PositiveIntegerField(help_text='acceptable answers')),
                ('judged', models.PositiveIntegerField(help_text='answers to questions that the answer set speaks of')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='result', to='annotator.assignment')),
                ('rater', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='corpus.rater')),
            ],
        ),
        migrations.CreateModel(
            name='ResultItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField()),
                ('verdicts', models.JSONField(help_text='question slug -> whether the answer was acceptable; what was not judged is left out')),
                ('answer_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotator.answerset')),
                ('result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='annotator.result')),
            ],
        ),
        migrations.CreateModel(
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, help_text='made by the page', unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reply', models.TextField(blank=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('seen_at', models.DateTimeField(blank=True, help_text='when its annotator saw what became of it', null=True)),
                ('reason', models.CharField(choices=[('broken_media', 'picture or sound is broken'), ('wrong_language', 'wrong language'), ('not_a_conversation', 'not a conversation'), ('cannot_watch', 'I cannot watch this'), ('other', 'something else')], max_length=20)),
                ('comment', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('open', 'open'), ('given_out', 'given out again'), ('aside', 'put aside'), ('draft', 'a draft again')], default='open', max_length=10)),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='annotator.assignment')),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='corpus.corpus')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SetAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('operation', models.UUIDField(unique=True)),
                ('token', models.PositiveIntegerField()),
                ('payload', models.JSONField(help_text='the operation as the browser sent it')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('waiting', 'kept apart'), ('applied', 'applied'), ('discarded', 'discarded')], default='waiting', max_length=9)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField(blank=True, help_text='why it was discarded')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='set_aside', to='annotator.assignment')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('main', 'main'), ('pilot', 'pilot'), ('relabel', 'relabelling'), ('retest', 'retest'), ('training', 'training'), ('test', 'qualification'), ('gold', 'gold')], default='main', help_text="its batch's", max_length=8)),
                ('number', models.PositiveSmallIntegerField(help_text='from 1 to k of its purpose')),
                ('token', models.PositiveIntegerField(default=0, help_text='of the newest assignment; grows with each claim')),
                ('rank', models.PositiveIntegerField(help_text='place of its dialogue in the batch; later ones are only ever added')),
                ('state', models.CharField(choices=[('free', 'free'), ('held', 'in hand'), ('done', 'done')], default='free', help_text='of its assignment', max_length=4)),
                ('batch', models.ForeignKey(db_index=False, help_text="null: made for one person's calibration, and given to nobody else", null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='slots', to='annotator.batch')),
                ('dialogue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='corpus.dialogue')),
                ('rater', models.ForeignKey(blank=True, help_text='kept for this person', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.rater')),
            ],
        ),
        migrations.AddField(
            model_name='assignment',
            name='slot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='annotator.slot'),
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('acknowledged_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('guideline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='corpus.guidelineversion')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acknowledgements', to='corpus.membership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('membership', 'guideline'), name='acknowledged_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='answerset',
            constraint=models.UniqueConstraint(fields=('utterance', 'version'), name='one_answer_set_per_version'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(fields=('rater', 'number'), name='one_attempt_per_number'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(fields=('rater', 'part'), name='one_attempt_per_test_set'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(condition=models.Q(('is_automatic', True)), fields=('corpus',), name='one_automatic_batch_per_corpus'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('is_automatic', False), models.Q(('given', 'everyone'), ('purpose', 'main')), _connector='OR'), name='automatic_batch_is_for_all'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('percent__isnull', True), models.Q(('percent__gte', 1), ('percent__lte', 100)), _connector='OR'), name='percent_is_a_share'),
        ),
        migrations.AddConstraint(
            model_name='bookmark',
            constraint=models.UniqueConstraint(fields=('batch', 'rater'), name='one_bookmark_per_batch'),
        ),
        migrations.AddConstraint(
            model_name='calibration',
            constraint=models.CheckConstraint(condition=models.Q(('attempts__gte', 1), ('gold_percent__range', (1, 50)), ('pass_percent__range', (1, 100))), name='calibration_in_range'),
        ),
        migrations.AddConstraint(
            model_name='calibrationdialogue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('part__gte', 1), ('use', 'test')), ('part', 1), _connector='OR'), name='only_tests_have_parts'),
        ),
        migrations.AddConstraint(
            model_name='calibrationdialogue',
            constraint=models.CheckConstraint(condition=models.Q(('use__in', ['training', 'test', 'gold'])), name='use_is_known'),
        ),
        migrations.AddIndex(
            model_name='flag',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['corpus'], name='open_flags'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_ms__isnull', True), ('start_ms__isnull', True)), models.Q(('end_ms__isnull', False), ('reason', 'bad_cut'), ('start_ms__isnull', False), ('start_ms__lt', models.F('end_ms'))), _connector='OR'), name='only_bad_cuts_propose_bounds'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='settled_flag_has_time'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['corpus'], name='open_questions'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('guideline__isnull', True), ('published_text', ''), ('reply', ''), ('settled_at__isnull', True), ('state', 'open')), models.Q(('settled_at__isnull', False), ('state', 'answered'), models.Q(('reply', ''), _negated=True)), _connector='OR'), name='answered_question_has_reply'),
        ),
        migrations.AddIndex(
            model_name='result',
            index=models.Index(fields=['rater', 'purpose', 'created_at'], name='results_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='resultitem',
            constraint=models.UniqueConstraint(fields=('result', 'answer_set'), name='one_item_per_utterance'),
        ),
        migrations.AddIndex(
            model_name='return',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['corpus'], name='open_returns'),
        ),
        migrations.AddConstraint(
            model_name='return',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('assignment',), name='returned_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='return',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='settled_return_has_time'),
        ),
        migrations.AddIndex(
            model_name='slot',
            index=models.Index(condition=models.Q(('state', 'free')), fields=['batch', 'rater', 'rank', 'number'], name='slot_free'),
        ),
        migrations.AddIndex(
            model_name='slot',
            index=models.Index(fields=['batch', 'state'], name='slot_of_batch'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.UniqueConstraint(fields=('dialogue', 'purpose', 'number'), name='one_slot_per_number'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('batch__isnull', False), models.Q(('purpose__in', ['training', 'test', 'gold']), ('rater__isnull', False)), _connector='OR'), name='slot_of_batch_or_person'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['rater', 'state'], name='annotator_a_rater_i_ceaf29_idx'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['lease_until'], name='lease_of_open'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(fields=('dialogue', 'rater', 'purpose'), name='never_twice_by_one'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'done'])), fields=('slot',), name='one_holder_per_slot'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='ended_assignment_has_time'),
        ),
        *(refuse_updates(table, columns) for table, columns in APPEND_ONLY.items()),
    ]
