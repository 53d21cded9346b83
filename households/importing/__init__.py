"""Bring a commune's list of houses in: from an uploaded file to rows, with a dry run before and an undo after.

`fields` says what a list may hold, `reading` turns cells into values, `staging` carries them to a temporary table,
`matching` and `doubles` find out what each row would do, `applying` does it, `undoing` takes it back, `runs` is
what pages, jobs and the command call.
"""
