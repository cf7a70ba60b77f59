"""A generator of answers whose truth is known, to try consensus and adjudication on. No Django.

    truth = synthetic_truth(codebook, dialogue, seed=1)          # or truth_of(codebook, answers) of an imported corpus
    raters = usual_raters(codebook)                               # or RaterModel(...) with confusions of your own
    answers = simulated_answers(truth, raters, seed=1)            # (raters, utterances, cells), -1 where missing
    decided = adjudicated(truth, answers, raters, error=0.1, seed=1)   # (utterances, cells)

Everything is in answer codes (`corpus.rules.codebook.codes`), so `CodeLayout.decode` turns a row into answers. The
whole corpus is drawn at once: row i of the truth, of the answers and of the decisions is utterance i, in whatever order
they are used. Equal arguments give equal codes.
"""
