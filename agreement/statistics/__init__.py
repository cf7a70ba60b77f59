"""Agreement among raters, in numpy: no Django, no database.

`answers/` counts how often each combination of answers occurs. A measure (`measures/` has one file per family, each an
entry of `measures.registry`) makes an estimate of them, and `intervals/` turns it into a `Figure`, a value with its
interval. `slices/` divides alpha among parts of a corpus. "Category" is the statistical term for one of the possible
answers.
"""
