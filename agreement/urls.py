"""URLs under /c/<slug>/agreement/."""

from django.urls import path

from agreement.views import codebook_moves, codebook_use, downloads, findings, live_figures, reports, self_agreement
from agreement.views.adjudication import (
    acceptances,
    decisions,
    feedback,
    late,
    page,
    protocol,
    queue,
    rulings,
    settings,
)
from agreement.views.labels import browser

app_name = "agreement"
urlpatterns = [
    path("<slug:slug>/labels/", browser.show, name="labels"),
    path("<slug:slug>/labels/count/", browser.count, name="labels_count"),
    path("<slug:slug>/labels/labels.csv", browser.download_csv, name="labels_csv"),
    path("<slug:slug>/labels/labels.jsonl", browser.download_jsonl, name="labels_jsonl"),
    path("<slug:slug>/labels/<uuid:utterance>/history/", browser.history, name="label_history"),
    path("<slug:slug>/agreement/", reports.reports, name="reports"),
    path("<slug:slug>/agreement/new/", reports.make, name="make"),
    path("<slug:slug>/agreement/live/", live_figures.live, name="live"),
    path("<slug:slug>/findings/", findings.findings, name="findings"),
    path("<slug:slug>/findings/look/", findings.look, name="look_for_findings"),
    path("<slug:slug>/findings/pausing/", findings.save_pausing, name="save_pausing"),
    path("<slug:slug>/findings/rules/", findings.save_rules, name="save_exclusion_rules"),
    path("<slug:slug>/findings/<uuid:public_id>/dismiss/", findings.dismiss, name="dismiss_finding"),
    path("<slug:slug>/agreement/retests/", self_agreement.self_agreement, name="self_agreement"),
    path("<slug:slug>/codebook/<uuid:public_id>/confirm/", codebook_use.use_codebook, name="use_codebook"),
    path("<slug:slug>/codebook/moves/", codebook_moves.moves, name="moves"),
    path("<slug:slug>/codebook/moves/choose/", codebook_moves.choose, name="choose_move"),
    path("<slug:slug>/codebook/<uuid:public_id>/moves/<uuid:old_id>/", codebook_moves.mapping, name="mapping"),
    path("<slug:slug>/codebook/moves/<uuid:public_id>/", codebook_moves.move, name="move"),
    path(
        "<slug:slug>/codebook/moves/<uuid:public_id>/mapping.yaml",
        codebook_moves.download_mapping,
        name="download_mapping",
    ),
    path("<slug:slug>/codebook/moves/<uuid:public_id>/start/", codebook_moves.start, name="start_move"),
    path("<slug:slug>/codebook/moves/<uuid:public_id>/undo/", codebook_moves.undo, name="undo_move"),
    path("<slug:slug>/codebook/moves/<uuid:public_id>/discard/", codebook_moves.discard, name="discard_move"),
    path("<slug:slug>/agreement/<uuid:public_id>/", reports.report, name="report"),
    path("<slug:slug>/agreement/<uuid:public_id>/figures.csv", downloads.download_csv, name="download_csv"),
    path("<slug:slug>/agreement/<uuid:public_id>/figures.json", downloads.download_json, name="download_json"),
    path("<slug:slug>/adjudicate/", page.adjudicate, name="adjudicate"),
    path("<slug:slug>/adjudication/", queue.adjudication, name="adjudication"),
    path("<slug:slug>/adjudication/accept/", acceptances.acceptances, name="acceptances"),
    path("<slug:slug>/adjudication/accept/all/", acceptances.accept, name="accept_consensus"),
    path("<slug:slug>/adjudication/accept/<uuid:public_id>/undo/", acceptances.undo, name="undo_acceptance"),
    path("<slug:slug>/adjudication/protocol/", protocol.protocol, name="protocol"),
    path("<slug:slug>/adjudication/calibrate/", queue.calibrate, name="calibrate"),
    path("<slug:slug>/adjudication/late/", late.late, name="late_decisions"),
    path("<slug:slug>/adjudication/late/<uuid:public_id>/", late.settle_late, name="settle_late_decision"),
    path("<slug:slug>/feedback/", feedback.feedback, name="feedback"),
    path("<slug:slug>/adjudication/settings/", settings.adjudication_settings, name="adjudication_settings"),
    path("<slug:slug>/adjudication/decisions/<uuid:public_id>/", decisions.decision, name="decision"),
    path("<slug:slug>/adjudication/decisions/<uuid:public_id>/ruling/", rulings.make, name="make_ruling"),
    path("<slug:slug>/adjudication/rulings/", rulings.rulings, name="rulings"),
    path("<slug:slug>/adjudication/rulings/<uuid:public_id>/", rulings.ruling, name="ruling"),
    path("<slug:slug>/adjudication/rulings/<uuid:public_id>/answers/", rulings.select, name="select_for_ruling"),
    path("<slug:slug>/adjudication/rulings/<uuid:public_id>/ask/", rulings.ask, name="ask_again"),
    path("<slug:slug>/adjudication/<slug:which>/", decisions.decisions, name="decisions"),
]
