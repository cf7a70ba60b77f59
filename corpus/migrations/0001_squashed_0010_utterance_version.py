import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from common.database.append_only_triggers import create_trigger_function, refuse_deletes, refuse_updates


CODEBOOK = ["public_id", "corpus_id", "version", "name", "source", "document", "sha256", "created_at"]
GUIDELINE = ["public_id", "corpus_id", "version", "texts", "created_at"]
REVISION = [
    *("annotation_id", "number", "cause", "answers", "raw", "author_id", "codebook_id", "guideline_id", "assignment"),
    *("operation", "active_ms", "played_ms", "created_at", "opened", "shortcut"),
]
CHANGE = ["utterance_id", "before", "after", "changed_at"]  # not the editor, which a deleted person empties


class Migration(migrations.Migration):

    replaces = [('corpus', '0001_initial'), ('corpus', '0002_added_only'), ('corpus', '0003_both_times_or_none'), ('corpus', '0004_corpus_care'), ('corpus', '0005_revision_opened_and_shortcut'), ('corpus', '0006_purpose_of_labels'), ('corpus', '0007_edits_after_ready'), ('corpus', '0008_dealt_and_paused'), ('corpus', '0009_fewer_indexes'), ('corpus', '0010_utterance_version')]

    initial = True

    dependencies = [
        ('common', '0001_squashed_0003_session_knows_its_person'),
    ]

    operations = [
        migrations.CreateModel(
            name='CodebookVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('source', models.TextField(help_text='the YAML as it was uploaded')),
                ('document', models.JSONField(help_text='the parsed form, see corpus.rules.codebook.as_document')),
                ('sha256', models.CharField(help_text='of the source', max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['corpus', 'version'],
            },
        ),
        migrations.CreateModel(
            name='Corpus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('merge_gap_ms', models.PositiveIntegerField(default=600)),
                ('silence_ms', models.PositiveIntegerField(default=4000)),
                ('daily_limit_minutes', models.PositiveSmallIntegerField(blank=True, help_text='active minutes a day after which nobody gets a new dialogue; null: no limit', null=True)),
                ('rest_after_minutes', models.PositiveSmallIntegerField(blank=True, default=60, help_text='active minutes after which the page speaks of a rest; null: never', null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('codebook', models.ForeignKey(blank=True, help_text='version in use', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.codebookversion')),
            ],
            options={
                'verbose_name_plural': 'corpora',
            },
        ),
        migrations.AddField(
            model_name='codebookversion',
            name='corpus',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codebooks', to='corpus.corpus'),
        ),
        migrations.CreateModel(
            name='GuidelineVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField()),
                ('texts', models.JSONField(help_text="language code of the codebook's texts (zh, en) -> Markdown")),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guidelines', to='corpus.corpus')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['corpus', 'version'],
            },
        ),
        migrations.AddField(
            model_name='corpus',
            name='guideline',
            field=models.ForeignKey(blank=True, help_text='version in use', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.guidelineversion'),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('role', models.CharField(choices=[('manager', 'manager'), ('adjudicator', 'adjudicator'), ('annotator', 'annotator')], max_length=12)),
                ('note', models.CharField(blank=True, help_text='whom it is for', max_length=120)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='corpus.corpus')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='MediaFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('source', 'source'), ('playable', 'playable'), ('peaks', 'peaks'), ('subtitles', 'subtitles'), ('clip', 'clip'), ('release', 'release')], max_length=10)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField(help_text='bytes')),
                ('content_type', models.CharField(max_length=100)),
                ('name', models.CharField(help_text='path relative to MEDIA_ROOT, made by us', max_length=200, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='corpus.corpus')),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('role', models.CharField(choices=[('manager', 'manager'), ('adjudicator', 'adjudicator'), ('annotator', 'annotator')], max_length=12)),
                ('is_active', models.BooleanField(default=True)),
                ('paused_at', models.DateTimeField(blank=True, help_text='gets no new work since then', null=True)),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='corpus.corpus')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PasswordReset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='password_resets', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Rater',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('member', 'member'), ('source', 'source'), ('model', 'model')], max_length=8)),
                ('slug', models.SlugField(help_text='pseudonym in exports; for members annotator-1, annotator-2 ...', max_length=60)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='raters', to='corpus.corpus')),
                ('membership', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rater', to='corpus.membership')),
            ],
        ),
        migrations.CreateModel(
            name='Annotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('purpose', models.CharField(choices=[('main', 'main'), ('pilot', 'pilot'), ('relabel', 'relabelling'), ('retest', 'retest'), ('training', 'training'), ('test', 'qualification'), ('gold', 'gold')], default='main', max_length=8)),
                ('answers', models.JSONField(help_text='question slug -> value, see corpus.rules.codebook; null: withdrawn by undo', null=True)),
                ('number', models.PositiveIntegerField(help_text='of the revision these answers come from')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('codebook', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.codebookversion')),
                ('rater', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='annotations', to='corpus.rater')),
            ],
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='from 1 within the annotation')),
                ('cause', models.CharField(choices=[('commit', 'committed'), ('undo', 'undone'), ('import', 'imported'), ('reopen', 'asked again')], max_length=8)),
                ('answers', models.JSONField(null=True)),
                ('raw', models.JSONField(blank=True, help_text="a source's own values, before they were mapped", null=True)),
                ('assignment', models.UUIDField(blank=True, help_text='public id of the assignment it was made under', null=True)),
                ('operation', models.UUIDField(blank=True, help_text='id the browser gave it; applied at most once', null=True)),
                ('active_ms', models.PositiveIntegerField(default=0)),
                ('played_ms', models.PositiveIntegerField(default=0)),
                ('opened', models.PositiveSmallIntegerField(blank=True, help_text='utterances of the dialogue that were open to its annotator by then', null=True)),
                ('shortcut', models.CharField(blank=True, choices=[('', 'none'), ('all_default', 'all default'), ('same_as_previous', 'same as previous')], default='', max_length=16)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('annotation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='corpus.annotation')),
                ('author', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('codebook', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.codebookversion')),
                ('guideline', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.guidelineversion')),
            ],
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='series', to='corpus.corpus')),
            ],
            options={
                'verbose_name_plural': 'series',
            },
        ),
        migrations.CreateModel(
            name='Episode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('licence', models.CharField(blank=True, max_length=200)),
                ('has_laugh_track', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('new', 'waiting'), ('ready', 'ready'), ('failed', 'failed')], default='new', max_length=10)),
                ('duration_ms', models.PositiveIntegerField(blank=True, null=True)),
                ('fps', models.FloatField(blank=True, null=True)),
                ('has_picture', models.BooleanField(default=True)),
                ('has_sound', models.BooleanField(default=True)),
                ('warnings', models.JSONField(blank=True, default=list, help_text='[{code, params}] found while it was brought in')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('peaks', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.mediafile')),
                ('playable', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.mediafile')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.mediafile')),
                ('subtitles', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.mediafile')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='episodes', to='corpus.series')),
            ],
        ),
        migrations.CreateModel(
            name='Dialogue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(help_text='name within the corpus, for people and exports', max_length=80)),
                ('order', models.PositiveIntegerField(help_text='place within its corpus')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('ready', 'ready'), ('aside', 'put aside')], default='draft', max_length=8)),
                ('ready_at', models.DateTimeField(blank=True, null=True)),
                ('is_dealt', models.BooleanField(default=False, help_text='its places for annotators were made')),
                ('topic', models.TextField(blank=True)),
                ('source_split', models.CharField(blank=True, help_text='train, dev or test, where the source says so', max_length=10)),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dialogues', to='corpus.corpus')),
                ('episode', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='dialogues', to='corpus.episode')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dialogues', to='corpus.series')),
            ],
        ),
        migrations.CreateModel(
            name='Speaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('gender', models.CharField(blank=True, max_length=20)),
                ('age_group', models.CharField(blank=True, max_length=20)),
                ('other_names', models.JSONField(blank=True, default=list)),
                ('notes', models.JSONField(blank=True, default=dict, help_text='what a source says of them: profession, personality')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='speakers', to='corpus.series')),
            ],
        ),
        migrations.CreateModel(
            name='Utterance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(help_text="name within the dialogue's corpus, for people and exports", max_length=80)),
                ('order', models.PositiveIntegerField(help_text='place within its dialogue, from 1')),
                ('text', models.TextField()),
                ('start_ms', models.PositiveIntegerField(blank=True, null=True)),
                ('end_ms', models.PositiveIntegerField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1, help_text='grows whenever its text, speaker or times change')),
                ('dialogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='utterances', to='corpus.dialogue')),
                ('speaker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='utterances', to='corpus.speaker')),
            ],
            options={
                'ordering': ['dialogue', 'order'],
            },
        ),
        migrations.CreateModel(
            name='Cue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveIntegerField()),
                ('start_ms', models.IntegerField()),
                ('end_ms', models.IntegerField()),
                ('speaker_name', models.CharField(blank=True, max_length=120)),
                ('text', models.TextField()),
                ('episode', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cues', to='corpus.episode')),
                ('utterance', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='cues', to='corpus.utterance')),
            ],
            options={
                'ordering': ['episode', 'order'],
            },
        ),
        migrations.CreateModel(
            name='Clip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('profile', models.CharField(max_length=20)),
                ('requested_start_ms', models.PositiveIntegerField()),
                ('requested_end_ms', models.PositiveIntegerField()),
                ('true_start_ms', models.PositiveIntegerField()),
                ('true_end_ms', models.PositiveIntegerField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clips', to='corpus.mediafile')),
                ('utterance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clips', to='corpus.utterance')),
            ],
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.JSONField(help_text='text, speaker (name), start_ms and end_ms, where they changed')),
                ('after', models.JSONField(help_text='the same keys as in `before`')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('utterance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='corpus.utterance')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='annotation',
            name='utterance',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='annotations', to='corpus.utterance'),
        ),
        migrations.AddConstraint(
            model_name='codebookversion',
            constraint=models.UniqueConstraint(fields=('corpus', 'version'), name='one_codebook_per_version'),
        ),
        migrations.AddConstraint(
            model_name='codebookversion',
            constraint=models.UniqueConstraint(fields=('corpus', 'sha256'), name='one_codebook_per_content'),
        ),
        migrations.AddConstraint(
            model_name='guidelineversion',
            constraint=models.UniqueConstraint(fields=('corpus', 'version'), name='one_guideline_per_version'),
        ),
        migrations.AddConstraint(
            model_name='mediafile',
            constraint=models.UniqueConstraint(fields=('corpus', 'kind', 'sha256'), name='one_file_per_content_and_kind'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('corpus', 'user'), name='one_membership_per_person'),
        ),
        migrations.AddConstraint(
            model_name='rater',
            constraint=models.UniqueConstraint(fields=('corpus', 'slug'), name='one_rater_per_slug'),
        ),
        migrations.AddConstraint(
            model_name='rater',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'member'), ('membership__isnull', False)), models.Q(models.Q(('kind', 'member'), _negated=True), ('membership__isnull', True)), _connector='OR'), name='only_members_have_membership'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(fields=['author', 'created_at'], name='revisions_of_a_day'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('annotation', 'number'), name='one_revision_per_number'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(condition=models.Q(('operation__isnull', False)), fields=('operation',), name='one_revision_per_operation'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.UniqueConstraint(fields=('corpus', 'name'), name='one_series_per_name'),
        ),
        migrations.AddConstraint(
            model_name='episode',
            constraint=models.UniqueConstraint(fields=('series', 'title'), name='one_episode_per_title'),
        ),
        migrations.AddConstraint(
            model_name='episode',
            constraint=models.UniqueConstraint(condition=models.Q(('source__isnull', False)), fields=('series', 'source'), name='one_episode_per_file'),
        ),
        migrations.AddConstraint(
            model_name='episode',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(('duration_ms__isnull', False), ('playable__isnull', False)), _connector='OR'), name='ready_episode_plays'),
        ),
        migrations.AddIndex(
            model_name='dialogue',
            index=models.Index(fields=['corpus', 'state', 'order'], name='corpus_dial_corpus__ab9c41_idx'),
        ),
        migrations.AddIndex(
            model_name='dialogue',
            index=models.Index(fields=['episode', 'order'], name='corpus_dial_episode_953275_idx'),
        ),
        migrations.AddIndex(
            model_name='dialogue',
            index=models.Index(condition=models.Q(('is_dealt', False), ('state', 'ready')), fields=['corpus', 'order'], name='undealt_in_order'),
        ),
        migrations.AddIndex(
            model_name='dialogue',
            index=models.Index(condition=models.Q(('is_dealt', False), ('state', 'ready')), fields=['corpus', 'public_id'], name='undealt_by_chance'),
        ),
        migrations.AddConstraint(
            model_name='dialogue',
            constraint=models.UniqueConstraint(fields=('corpus', 'code'), name='one_dialogue_per_code'),
        ),
        migrations.AddConstraint(
            model_name='dialogue',
            constraint=models.CheckConstraint(condition=models.Q(('source_split__in', ['', 'train', 'dev', 'test'])), name='source_split_is_known'),
        ),
        migrations.AddConstraint(
            model_name='dialogue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ready_at__isnull', True), ('state', 'draft')), models.Q(('ready_at__isnull', False), ('state__in', ['ready', 'aside'])), _connector='OR'), name='ready_dialogue_has_time'),
        ),
        migrations.AddConstraint(
            model_name='speaker',
            constraint=models.UniqueConstraint(fields=('series', 'name'), name='one_speaker_per_name'),
        ),
        migrations.AddConstraint(
            model_name='utterance',
            constraint=models.UniqueConstraint(fields=('dialogue', 'order'), name='one_utterance_per_place'),
        ),
        migrations.AddConstraint(
            model_name='utterance',
            constraint=models.UniqueConstraint(fields=('dialogue', 'code'), name='one_utterance_per_code'),
        ),
        migrations.AddConstraint(
            model_name='utterance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_ms__isnull', True), ('start_ms__isnull', True)), models.Q(('end_ms__isnull', False), ('start_ms__isnull', False), ('start_ms__lt', models.F('end_ms'))), _connector='OR'), name='utterance_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='cue',
            constraint=models.UniqueConstraint(fields=('episode', 'order'), name='one_cue_per_place'),
        ),
        migrations.AddConstraint(
            model_name='clip',
            constraint=models.UniqueConstraint(fields=('utterance', 'profile', 'requested_start_ms', 'requested_end_ms'), name='one_clip_per_cut'),
        ),
        migrations.AddConstraint(
            model_name='clip',
            constraint=models.CheckConstraint(condition=models.Q(('requested_start_ms__lt', models.F('requested_end_ms')), ('true_start_ms__lt', models.F('true_end_ms'))), name='clip_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='annotation',
            constraint=models.UniqueConstraint(fields=('rater', 'utterance', 'purpose'), name='one_annotation_per_rater'),
        ),
        create_trigger_function(),
        refuse_updates("corpus_codebookversion", CODEBOOK),
        refuse_updates("corpus_guidelineversion", GUIDELINE),
        refuse_updates("corpus_revision", REVISION),
        refuse_deletes("corpus_revision"),
        refuse_updates("corpus_change", CHANGE),
    ]
