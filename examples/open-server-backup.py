#!/usr/bin/env python3
"""Opens a server's backup without Handy Backup, by docs/design/server-backup.md: writes the tar.gz inside to standard output.

    open-server-backup.py server.hbserver < password.txt | tar xz

Needs Python 3 and libsodium; a second argument names the library where the system does not find it by itself.
"""
import ctypes, ctypes.util, hashlib, hmac, struct, sys

HEADER, CHUNK, FINAL = 124, 65536 + 17, 3

sodium = ctypes.CDLL(sys.argv[2] if len(sys.argv) > 2 else ctypes.util.find_library('sodium'))
if sodium.sodium_init() < 0:
    sys.exit('libsodium cannot be used')

password = sys.stdin.buffer.readline().rstrip(b'\r\n')
with open(sys.argv[1], 'rb') as file:
    header = file.read(HEADER)
    if header[:8] != b'HBSERVER' or hashlib.sha256(header[:92]).digest() != header[92:]:
        sys.exit('no backup of a server, or damaged')
    version, passes, kib = struct.unpack('<III', header[8:20])
    keys = ctypes.create_string_buffer(64)
    if version != 1 or sodium.crypto_pwhash(
            keys, ctypes.c_ulonglong(64), password, ctypes.c_ulonglong(len(password)), header[20:36], ctypes.c_ulonglong(passes), ctypes.c_size_t(kib * 1024), 2):
        sys.exit('another version, or too little memory')
    if not hmac.compare_digest(hmac.new(keys.raw[32:], header[:60], 'sha256').digest(), header[60:92]):
        sys.exit('wrong password')

    state, tag, context = ctypes.create_string_buffer(52), ctypes.c_ubyte(), header
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header[36:60], keys.raw[:32])
    while chunk := file.read(CHUNK):
        plain = ctypes.create_string_buffer(max(len(chunk) - 17, 1))
        if tag.value == FINAL or sodium.crypto_secretstream_xchacha20poly1305_pull(
                state, plain, None, ctypes.byref(tag), chunk, ctypes.c_ulonglong(len(chunk)), context, ctypes.c_ulonglong(len(context))):
            sys.exit('damaged')
        sys.stdout.buffer.write(plain.raw[:len(chunk) - 17])
        context = b''
    if tag.value != FINAL:
        sys.exit('it ends too early')
