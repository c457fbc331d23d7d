"""Writing workbooks for people. `templates` is ours alone; the rest touches strangers' files and runs in the confined child."""
