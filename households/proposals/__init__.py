"""Proposals of house numbers: made by a run, looked at and mended by an officer, made law by a decision."""
