# SPDX-License-Identifier: GPL-3.0-or-later
"""The cryptography of protocol version 1, a second time and in another language.

Written from docs/protocol.md alone, so that a fault in the C code is not repeated here. Only for
tests: nothing in it runs in constant time or wipes what it used. Refuses with `Bad`.
"""

import base64
import hashlib
import hmac
import os
import struct
import time as clock
import unicodedata

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, x25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FERNET_VERSION = 0x80
FERNET_HEADER_LEN = 25  # version, time, IV
FERNET_MAC_LEN = 32
TICKET_SLOT_S = 43200


class Bad(Exception):
    """Input that the protocol refuses."""


# Fernet, raw and text form


def fernet_seal(key, plain, iv=None, time=None):
    """F(key){plain} in raw form."""
    iv = os.urandom(16) if iv is None else iv
    time = int(clock.time()) if time is None else time
    fill = 16 - len(plain) % 16
    return fernet_assemble(key, plain + bytes([fill]) * fill, iv, time)


def fernet_assemble(key, padded, iv, time, version=FERNET_VERSION):
    """A token with a right MAC around what the caller says: also what no honest sender makes."""
    cipher = Cipher(algorithms.AES(key[16:]), modes.CBC(iv)).encryptor()
    whole = len(padded) - len(padded) % 16
    body = cipher.update(padded[:whole]) + padded[whole:]
    head = bytes([version]) + struct.pack('>Q', time) + iv
    return head + body + hmac.digest(key[:16], head + body, 'sha256')


def fernet_open(key, raw):
    """The plaintext of a raw token, or Bad. The timestamp is not looked at."""
    if len(raw) < FERNET_HEADER_LEN + 16 + FERNET_MAC_LEN or (len(raw) - FERNET_HEADER_LEN) % 16:
        raise Bad('token size')
    signed, mac = raw[:-FERNET_MAC_LEN], raw[-FERNET_MAC_LEN:]
    if not hmac.compare_digest(hmac.digest(key[:16], signed, 'sha256'), mac):
        raise Bad('token MAC')
    if signed[0] != FERNET_VERSION:
        raise Bad('token version')
    cipher = Cipher(algorithms.AES(key[16:]), modes.CBC(signed[9:25])).decryptor()
    padded = cipher.update(signed[25:]) + cipher.finalize()
    fill = padded[-1]
    if not 1 <= fill <= 16 or padded[-fill:] != bytes([fill]) * fill:
        raise Bad('token padding')
    return padded[:-fill]


def to_text(raw):
    return base64.urlsafe_b64encode(raw)


def from_text(text):
    """Strict base64url: what would be written otherwise than `text` is refused."""
    try:
        raw = base64.b64decode(text, altchars=b'-_', validate=True)
    except ValueError as error:
        raise Bad('base64') from error
    if to_text(raw) != text:
        raise Bad('base64 is not canonical')
    return raw


def seal_text(key, plain, iv=None, time=None):
    return to_text(fernet_seal(key, plain, iv, time))


def open_text(key, text):
    return fernet_open(key, from_text(text))


# Agreement


def hk(ikm, salt, info, n):
    return HKDF(algorithm=hashes.SHA256(), length=n, salt=salt or None, info=info).derive(ikm)


def sha256(*parts):
    return hashlib.sha256(b''.join(parts)).digest()


def new_private():
    return os.urandom(32)


def public_of(private):
    key = x25519.X25519PrivateKey.from_private_bytes(private).public_key()
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def agree(private, public):
    """X(private, public); an all-zero result or one's own key coming back is refused."""
    if public == public_of(private):
        raise Bad('own key reflected')
    try:
        other = x25519.X25519PublicKey.from_public_bytes(public)
        return x25519.X25519PrivateKey.from_private_bytes(private).exchange(other)
    except ValueError as error:
        raise Bad('low-order key') from error


# The server's RSA key


def oaep(label=b'sotto/1 login'):
    return padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=label)


def load_certificate(data):
    """The certificate in PEM or DER."""
    if data.lstrip().startswith(b'-----'):
        return x509.load_pem_x509_certificate(data)
    return x509.load_der_x509_certificate(data)


def certificate_der(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def fingerprint(public_key):
    """SHA-256 of the SubjectPublicKeyInfo; its first 8 bytes are the kid."""
    return sha256(public_key.public_bytes(serialization.Encoding.DER,
                                          serialization.PublicFormat.SubjectPublicKeyInfo))


def load_private_key(data):
    if data.lstrip().startswith(b'-----'):
        return serialization.load_pem_private_key(data, None)
    return serialization.load_der_private_key(data, None)


def server_secret(private_key):
    """CK."""
    der = private_key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                                    serialization.NoEncryption())
    return hk(der, b'', b'sotto/1 server secret', 32)


def ticket_key(ck, unix_s):
    """TK of the slot that unix_s lies in."""
    return hk(ck, b'', b'sotto/1 ticket' + struct.pack('>Q', unix_s // TICKET_SLOT_S), 32)


# Passwords and safety numbers


def lp(data):
    return bytes([len(data)]) + data


def password_salt(realm, name):
    return sha256(b'sotto/1 password', lp(realm), lp(name))


def password_keys(password, realm, name):
    """(H, V) of a password."""
    secret = unicodedata.normalize('NFC', password).encode()
    both = hashlib.scrypt(secret, salt=password_salt(realm.encode(), name.encode()), n=2 ** 15, r=8,
                          p=1, dklen=64, maxmem=64 * 1024 * 1024)
    return both[:32], both[32:]


def bcrypt_input(h):
    return base64.urlsafe_b64encode(h).rstrip(b'=')


def safety_half(identity, name):
    h = hashlib.sha512(b'\0\0' + identity + name.encode() + identity).digest()
    for _ in range(5199):
        h = hashlib.sha512(h + identity).digest()
    return ''.join('%05d' % (int.from_bytes(h[5 * k:5 * k + 5], 'big') % 100000) for k in range(6))


def safety_number(one, other):
    """The number of two (identity, name)."""
    digits = ''.join(sorted(safety_half(*side) for side in (one, other)))
    return ' '.join(digits[k:k + 5] for k in range(0, 60, 5))
