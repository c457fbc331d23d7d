"""A figure as files that leave the office: PDF, Excel, CSV, HXL, JSON. Each takes an `Edition`, which is already redacted."""
