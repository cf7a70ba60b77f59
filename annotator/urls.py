"""URLs below /c/ for labelling and its management."""

from django.urls import path

from annotator.views.inbox import fast_labelling, flags_and_inquiries, late_work, returned_dialogues
from annotator.views.labelling import finished, page
from annotator.views.manager import (
    answer_sets,
    batches,
    calibration,
    closed_dialogues,
    episode_edits,
    hours,
    people,
    progress,
    work_plans,
)
from annotator.views.timeline import editor as timeline

app_name = "annotator"
urlpatterns = [
    path("<slug:slug>/label/", page.label, name="label"),
    path("<slug:slug>/finished/", finished.listing, name="finished"),
    path("<slug:slug>/finished/<uuid:public_id>/", finished.correct, name="correct"),
    path("<slug:slug>/progress/", progress.show, name="progress"),
    path("<slug:slug>/progress/<uuid:public_id>/release/", progress.release, name="release"),
    path("<slug:slug>/progress/kept/", late_work.listing, name="late_work"),
    path("<slug:slug>/progress/kept/<uuid:public_id>/", late_work.settle, name="settle_late_work"),
    path("<slug:slug>/progress/close/<uuid:public_id>/", closed_dialogues.close, name="close_dialogue"),
    path("<slug:slug>/members/<uuid:public_id>/roles/", people.change_roles, name="change_roles"),
    path("<slug:slug>/progress/people/<uuid:public_id>/", people.show, name="person"),
    path("<slug:slug>/progress/people/<uuid:public_id>/quota/", work_plans.quota, name="quota"),
    path("<slug:slug>/progress/people/<uuid:public_id>/absence/", work_plans.absence, name="absence"),
    path("<slug:slug>/progress/people/<uuid:public_id>/hand-over/", work_plans.hand_over, name="hand_over"),
    path("<slug:slug>/progress/people/<uuid:public_id>/pause/", people.pause, name="pause_person"),
    path("<slug:slug>/progress/<uuid:public_id>/back/", people.send_back, name="send_back"),
    path(
        "<slug:slug>/episodes/<uuid:episode>/speakers/<uuid:speaker>/merge/<uuid:into>/",
        episode_edits.merge,
        name="merge_speakers",
    ),
    path(
        "<slug:slug>/episodes/<uuid:episode>/merges/<uuid:merge>/undo/", episode_edits.unmerge, name="unmerge_speakers"
    ),
    path("<slug:slug>/episodes/<uuid:episode>/draft/", episode_edits.to_draft, name="to_draft"),
    path("<slug:slug>/episodes/<uuid:episode>/timeline/", timeline.page, name="timeline"),
    path("<slug:slug>/episodes/<uuid:episode>/timeline/contents/", timeline.contents, name="timeline_contents"),
    path("<slug:slug>/episodes/<uuid:episode>/timeline/news/", timeline.news, name="timeline_news"),
    path("<slug:slug>/episodes/<uuid:episode>/timeline/edits/", timeline.edit, name="timeline_edit"),
    path("<slug:slug>/episodes/<uuid:episode>/timeline/marks/", timeline.marks, name="timeline_marks"),
    path("<slug:slug>/batches/", batches.listing, name="batches"),
    path("<slug:slug>/batches/new/", batches.create, name="create_batch"),
    path("<slug:slug>/batches/retest/", batches.retest, name="create_retest"),
    path("<slug:slug>/batches/<uuid:public_id>/", batches.show, name="batch"),
    path("<slug:slug>/batches/<uuid:public_id>/change/", batches.change, name="change_batch"),
    path("<slug:slug>/batches/<uuid:public_id>/act/", batches.act, name="act_on_batch"),
    path("<slug:slug>/batches/<uuid:public_id>/give-on/<uuid:person>/", batches.reassign, name="reassign_slots"),
    path("<slug:slug>/inbox/", flags_and_inquiries.first, name="inbox"),
    path("<slug:slug>/inbox/flags/", flags_and_inquiries.flags, name="flags"),
    path("<slug:slug>/inbox/flags/<uuid:public_id>/accept/", flags_and_inquiries.accept_flag, name="accept_flag"),
    path("<slug:slug>/inbox/flags/<uuid:public_id>/decline/", flags_and_inquiries.decline_flag, name="decline_flag"),
    path("<slug:slug>/inbox/questions/", flags_and_inquiries.inquiries, name="inquiries"),
    path("<slug:slug>/inbox/fast/", fast_labelling.listing, name="fast_labelling"),
    path("<slug:slug>/inbox/fast/<uuid:public_id>/", fast_labelling.settle, name="settle_fast_labelling"),
    path("<slug:slug>/hours/", hours.show, name="hours"),
    path("<slug:slug>/hours/hours.csv", hours.download, name="hours_csv"),
    path("<slug:slug>/hours/rates/", hours.add_rate, name="add_rate"),
    path("<slug:slug>/inbox/returned/", returned_dialogues.returned, name="returned"),
    path("<slug:slug>/inbox/returned/<uuid:public_id>/", returned_dialogues.settle, name="settle_return"),
    path("<slug:slug>/inbox/questions/<uuid:public_id>/", flags_and_inquiries.answer_inquiry, name="answer_inquiry"),
    path("<slug:slug>/calibration/", calibration.show, name="calibration"),
    path("<slug:slug>/calibration/dialogues/", calibration.pick, name="calibration_pick"),
    path("<slug:slug>/calibration/dialogues/<uuid:public_id>/", answer_sets.edit, name="calibration_answers"),
    path("<slug:slug>/calibration/dialogues/<uuid:public_id>/drop/", calibration.stop_using, name="calibration_drop"),
    path("<slug:slug>/calibration/people/let-through/", calibration.qualify_workers, name="calibration_workers"),
    path("<slug:slug>/calibration/people/<uuid:public_id>/", calibration.person, name="calibration_person"),
    path("<slug:slug>/calibration/people/<uuid:public_id>/decide/", calibration.decide, name="calibration_decide"),
]
