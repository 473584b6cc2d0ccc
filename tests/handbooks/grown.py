"""The small handbook grown by a version 3.0 in which a rule is split, one renumbered and moved, one binds otherwise."""

from datetime import date
from pathlib import Path

from flask import Flask

from app.handbooks.commands import load_handbooks
from tests.handbooks.books import copy_of_uji

MS = """# Buku Ujian

Kandungan ujian, belum disahkan.

## Kaunter {#UJ-1}

### Sambut pelanggan {#UJ-1.1 strength=must sources="akta"}

Berdiri dan **beri salam** kepada setiap pelanggan.

### Tempoh kelahiran {#UJ-1.3 strength=must categories="bayi oku" sources="akta amalan"}

Daftarkan kelahiran dalam tempoh 60 hari.

### Lewat mendaftar {#UJ-1.4 strength=must sources="akta"}

Selepas tempoh itu, minta kelulusan penyelia.

### Terima salinan {#UJ-1.5 strength=may sources="amalan"}

Terima salinan yang disahkan.

## Borang {#UJ-2}

### Semak borang {#UJ-2.1 strength=must categories="warga-emas" sources="amalan"}

Semak semua ruang:

- nama
- alamat
"""
EN = """# Test Book

Test content, not confirmed.

## Counter {#UJ-1}

### Greet the customer {#UJ-1.1 strength=must sources="akta"}

Stand up and **greet** every customer.

### Period for births {#UJ-1.3 strength=must categories="bayi oku" sources="akta amalan"}

Register a birth within 60 days.

### Late registration {#UJ-1.4 strength=must sources="akta"}

After that period, ask the supervisor for approval.

### Accept copies {#UJ-1.5 strength=may sources="amalan"}

Accept certified copies.

## Forms {#UJ-2}

### Check the form {#UJ-2.1 strength=must categories="warga-emas" sources="amalan"}

Check every box:

- name
- address
"""
MANIFEST = """  - number: "3.0"
    effective_on: {on}
    summary: {{ms: Tiga., en: Three.}}
    changes:
      UJ-1.2: {{kind: retired, note: {{ms: Dipecah dua., en: Split in two.}}}}
      UJ-1.3: {{kind: new, from: [UJ-1.2], note: {{ms: Bahagian pertama., en: First part.}}}}
      UJ-1.4: {{kind: new, from: [UJ-1.2], note: {{ms: Bahagian kedua., en: Second part.}}}}
      UJ-1.5: {{kind: editorial, was: UJ-2.2, note: {{ms: Dipindahkan., en: Moved.}}}}
      UJ-2.1: {{kind: material, note: {{ms: Kini mesti., en: Now a must.}}}}
"""
LONG_AGO, FAR = date(2026, 10, 1), date(2150, 1, 1)


def load_grown(app: Flask, folder: Path, on: date = LONG_AGO) -> None:
    """Load version 3.0, in effect from a day."""
    path = copy_of_uji(folder)
    (path / "3.0").mkdir()
    for language in ("ms", "en"):
        book = {"ms": MS, "en": EN}[language]
        (path / "3.0" / f"{language}.md").write_text(book, encoding="utf-8")
    with (path / "handbook.yml").open("a", encoding="utf-8") as file:
        file.write(MANIFEST.format(on=on))
    with app.app_context():
        load_handbooks(path)
