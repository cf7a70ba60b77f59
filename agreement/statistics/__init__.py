"""Agreement among raters, in pure numpy: no Django, no database, no text for people.

Everything rests on one object, `patterns.Patterns`: how often each combination of label counts occurs. The measures
read it; `figures.Figure` is what they answer with.
"""
