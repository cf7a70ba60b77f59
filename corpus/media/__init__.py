"""The media engine: probing, one playable file per episode, peaks, embedded subtitles, clips.

Every byte of an upload is read by a child process under limits (`runner`), never in the process of the caller.
Nothing here knows Django's models or settings: paths and numbers in, files and dataclasses out.
"""
