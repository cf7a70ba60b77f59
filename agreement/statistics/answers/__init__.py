"""The input of every measure: answers as integer codes, counted once per distinct combination."""
