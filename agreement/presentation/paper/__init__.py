"""The methods appendix of a paper, as Markdown and LaTeX."""
