"""Tencent Cloud on one machine: COS, the CI service, the triggers and the functions."""
