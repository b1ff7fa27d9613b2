"""Every reader of files that others hand us, as a function of bytes, with seeds to begin from.

`test_readers.py` and `campaign.py` call them with what hypothesis and atheris make of the seeds.
A reader may refuse its input by the project's own errors and by nothing else. Where a checksum or
a length would make nearly every change the same refusal, it is put right before reading.
"""

from __future__ import annotations

from readers import images, parts, records, texts, uploads, weights

READERS = {
    reader.name: reader
    for module in (images, uploads, records, parts, texts, weights)
    for reader in module.READERS
}
