"""Agreement among raters, in numpy: no Django, no database.

`patterns.Patterns` counts how often each combination of answers occurs; `measures/` has one file per family of
measures, each measure an entry of `measures.registry`; a measure returns `figures.Figure`, a value with the interval
from `intervals`. "Category" is the statistical term for one of the possible answers.
"""
