"""The media engine: probe, one playable file per episode, peaks, embedded subtitles, clips.

Every byte of an upload is read by a child process under limits (`runner`), never in the process of the caller.
Independent of Django: paths and numbers in, files and dataclasses out.
"""
