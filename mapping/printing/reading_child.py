"""The process that reads pages for `reading_apart`: asked on standard input, answering on standard output, in JSON.

The first line names the file, the sheet and how many symbols a plate has; each further one asks for some pages.
"""

from __future__ import annotations

import json
import sys

from mapping.printing.readback import FileUnreadable, PageReader
from mapping.printing.sheet import Sheet


def main() -> int:
    """Answer until nobody asks any more; when who asked is gone, its end of the pipe is closed too."""
    opened = json.loads(sys.stdin.readline())
    try:
        with PageReader(opened["path"], Sheet(**opened["sheet"]), opened["symbols"]) as reader:
            for line in sys.stdin:
                first, last = json.loads(line)
                read = [reader.read(number) for number in range(first, min(last, reader.pages))]
                print(json.dumps(read), flush=True)  # noqa: T201 - this is how it answers
    except FileUnreadable:
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
