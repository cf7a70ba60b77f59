"""A small multi-task model trained on a release folder: plain PyTorch, no Django, no app of ours."""
