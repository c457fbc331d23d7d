"""Run the benchmarks named on the command line, or all of them. Each is a module here with `main()`."""

import importlib
import pkgutil
import sys

import bench

names = [word for word in sys.argv[1:] if not word.isdigit()] or sorted(
    one.name for one in pkgutil.iter_modules(bench.__path__) if not one.name.startswith("_")
)
for name in names:
    print(f"\n## {name}\n", flush=True)
    importlib.import_module(f"bench.{name}").main()
