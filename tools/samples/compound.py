"""OLE compound files ([MS-CFB]): what an encrypted Office document is packed in."""

from __future__ import annotations

import hashlib
import struct

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of version 3 with the streams in its root; each is kept in whole sectors (no mini stream)."""
    padded = {name: data.ljust(max(4096, -(-len(data) // SECTOR) * SECTOR), b"\0") for name, data in streams.items()}
    directory_sectors = -(-(len(streams) + 1) // 4)
    data_sectors = sum(len(data) for data in padded.values()) // SECTOR
    fat_sectors = 1
    while fat_sectors * 128 < fat_sectors + directory_sectors + data_sectors:
        fat_sectors += 1
    fat = [FAT] * fat_sectors
    at = fat_sectors
    fat += [*range(at + 1, at + directory_sectors), END]
    directory_at, at = at, at + directory_sectors
    starts = {}
    for name, data in padded.items():
        count = len(data) // SECTOR
        starts[name] = at
        fat += [*range(at + 1, at + count), END]
        at += count
    fat += [FREE] * (fat_sectors * 128 - len(fat))

    def entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
        wide = name.encode("utf-16-le")
        return (
            wide.ljust(64, b"\0")
            + struct.pack("<HBB", len(wide) + 2, kind, 1)
            + struct.pack("<III", FREE, right, child)
            + b"\0" * 36
            + struct.pack("<IQ", start, size)
        )

    names = sorted(padded, key=lambda name: (len(name), name.upper()))
    entries = [entry("Root Entry", 5, 1, FREE, END, 0)]
    for index, name in enumerate(names, 1):
        right = index + 1 if index < len(names) else FREE
        entries.append(entry(name, 2, FREE, right, starts[name], len(padded[name])))
    while len(entries) % 4:
        entries.append(b"\0" * 66 + b"\0\1" + struct.pack("<III", FREE, FREE, FREE) + b"\0" * 48)
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + b"\0" * 6
        + struct.pack("<IIIIIIIII", 0, fat_sectors, directory_at, 0, 4096, END, 0, END, 0)
        + struct.pack("<109I", *range(fat_sectors), *([FREE] * (109 - fat_sectors)))
    )
    body = b"".join(padded[name] for name in padded)
    return header + struct.pack(f"<{len(fat)}I", *fat) + b"".join(entries) + body


def encrypted_office(size: int = 9000) -> bytes:
    """A file laid out as an Office document under a password ([MS-OFFCRYPTO], agile); nobody knows the password."""
    noise = b""
    while len(noise) < size:
        noise += hashlib.sha256(b"formgen sample" + struct.pack("<I", len(noise))).digest()
    salt = "c2FtcGxlIHNhbHQgMDEyMw=="
    description = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
        '<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" '
        'xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
        f'<keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" '
        f'cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{salt}"/><keyEncryptors>'
        '<keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey '
        f'spinCount="100000" saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" '
        f'cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{salt}"/></keyEncryptor>'
        "</keyEncryptors></encryption>"
    )
    return compound(
        {
            "EncryptionInfo": struct.pack("<HHI", 4, 4, 0x40) + description.encode("utf-8"),
            "EncryptedPackage": struct.pack("<Q", size) + noise,
        }
    )
