#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/protocol.md, section 5, before READY: each bad frame, LOGIN or RESUME gets exactly its answer."""

import os
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import sotto_crypto as crypto
import sotto_protocol as protocol
from harness import main
from shared_server import Shared
from sotto_client import Unexpected, User, connect, log_in, public_key, sign

# A slow bcrypt: what comes behind a LOGIN meets it unanswered.
shared = Shared(bcrypt_cost='11')

P = 2 ** 255 - 19
LOW_ORDER = [n.to_bytes(32, 'little') for n in (
    0, 1, P - 1, P, P + 1, 2 ** 255, 2 ** 255 + 1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823)]


def expect_fail(code, *frames):
    """On a new connection: these frames, then FAIL and the end."""
    connection = connect(shared())
    for data in frames:
        connection.send(data)
    try:
        fields = connection.expect_fail(code)
    except (Unexpected, TimeoutError) as error:
        raise Unexpected(f'{error} (sent {b"".join(frames).hex()[:80]}…)') from error
    return fields


def login(connection, user=None, **wrong):
    return connection.login_frame(public_key(shared()), user or User('nobody'), **wrong)[0]


def login_of(**wrong):
    """Sends a LOGIN that is wrong in one thing and returns the connection."""
    connection = connect(shared())
    return connection.send(login(connection, **wrong))


def changed(data, at, change=1):
    out = bytearray(data)
    out[at] ^= change
    return bytes(out)


def reframed(data):
    """The frame with its length field put right after its body changed size."""
    return struct.pack('>I', len(data) - 4) + data[4:]


def split(data):
    """(start, token) of a LOGIN or RESUME frame."""
    body = protocol.FRAMES_BY_TYPE[data[4]]
    token = body.decode(data[5:])['token']
    return data[:-len(token)], token


def test_frame_over_the_limit(t):
    expect_fail('TOO_BIG', struct.pack('>I', 1025))
    expect_fail('TOO_BIG', struct.pack('>I', 2 ** 32 - 1))
    expect_fail('TOO_BIG', struct.pack('>IB', 1025, 2) + bytes(1024))
    expect_fail('TOO_BIG', struct.pack('>IB', 16384, 0x10) + bytes(3000))


def test_frame_of_the_limit_is_read(t):
    expect_fail('PROTOCOL', struct.pack('>IB', 1024, 0x55) + bytes(1023))


def test_frame_of_length_0(t):
    expect_fail('PROTOCOL', bytes(4))


def test_unknown_type(t):
    for kind in (0x00, 0x08, 0x09, 0x0F, 0x11, 0x20, 0x7F, 0xFF):
        expect_fail('PROTOCOL', protocol.frame(kind))
    expect_fail('PROTOCOL', protocol.frame(0x55, bytes(100)))


def test_types_of_a_server(t):
    for kind in (0x01, 0x04, 0x05, 0x07):
        expect_fail('PROTOCOL', protocol.frame(kind, bytes(40)))


def test_sealed_before_result(t):
    token = crypto.seal_text(bytes(32), bytes(9))
    expect_fail('PROTOCOL', protocol.frame('SEALED', token))
    connection = connect(shared())
    connection.send(login(connection) + protocol.frame('SEALED', token)).expect_fail('PROTOCOL')


def test_login_twice(t):
    connection = connect(shared())
    data = login(connection)
    connection.send(data + data).expect_fail('PROTOCOL')
    connection = connect(shared())
    ticket = crypto.to_text(os.urandom(153))
    again, _ = connection.resume_frame('nobody', ticket, bytes(32))
    connection.send(login(connection) + again).expect_fail('PROTOCOL')


def test_login_once_more_in_a_session(t):
    session = sign(shared(), shared.user())
    session.connection.send(login(session.connection))
    session.connection.expect_fail('PROTOCOL')


def test_frames_of_a_session(t):
    """In a session, too, the first row of the table holds."""
    for code, data in (('TOO_BIG', struct.pack('>I', 16385)), ('PROTOCOL', bytes(4)), ('PROTOCOL', protocol.frame(0x55)),
                       ('PROTOCOL', protocol.frame('GETCERT'))):
        session = sign(shared(), shared.user())
        session.connection.send(data).expect_fail(code)
    session = sign(shared(), shared.user())
    session.connection.send(protocol.frame('SEALED', bytes(16383)))  # of the limit: read, and then no token
    session.expect_dropped()


def test_getcert(t):
    connection = connect(shared())
    certificate = connection.get_certificate()
    t.equal(crypto.fingerprint(certificate.public_key())[:8], connection.hello['kid'], 'kid')
    t.equal(crypto.fingerprint(certificate.public_key()).hex(), shared().fingerprint, 'fingerprint')
    data, keys = connection.login_frame(certificate.public_key(), shared.user(), protocol.SIGN)
    t.equal(connection.send(data).read_result(keys)['code'], 0)


def test_getcert_twice(t):
    connection = connect(shared())
    connection.get_certificate()
    connection.send(protocol.frame('GETCERT')).expect_fail('PROTOCOL')


def test_getcert_after_login(t):
    connection = connect(shared())
    connection.send(login(connection) + protocol.frame('GETCERT')).expect_fail('PROTOCOL')


def test_wrong_version(t):
    for version in (0, 2, 255):
        connection = connect(shared())
        connection.send(changed(login(connection), 5, 1 ^ version)).expect_fail('VERSION')
    connection = connect(shared())
    data, _ = connection.resume_frame('nobody', crypto.to_text(os.urandom(153)), bytes(32))
    connection.send(changed(data, 5, 3)).expect_fail('VERSION')


def test_hello_is_fresh(t):
    hellos = [connect(shared()).hello for _ in range(8)]
    t.equal(len({h['Ns'] for h in hellos}), len(hellos), 'different Ns')
    t.equal({h['ver'] for h in hellos}, {1})
    t.equal({h['features'] for h in hellos}, {0})
    t.equal(len({h['realm'] for h in hellos}), 1)
    t.check(1 <= len(hellos[0]['realm']) <= 64, 'realm')


def test_wrong_kid(t):
    for at in range(6, 14):
        connection = connect(shared())
        connection.send(changed(login(connection), at)).expect_fail('HANDSHAKE')


def test_wrong_field_sizes(t):
    k = os.urandom(32)
    wrap = public_key(shared()).encrypt(k, crypto.oaep())
    for n in (0, 1, 256, 383, 385, 512):
        login_of(k=k, wrap=(wrap + bytes(200))[:n]).expect_fail('HANDSHAKE')
    for plain in (b'', bytes(63), bytes(174 - 16), bytes(175 + 16), bytes(191)):
        login_of(plain=plain).expect_fail('HANDSHAKE')
    connection = connect(shared())
    whole = login(connection)
    for n in (5, 6, 13, 14, 45, 46, 47, 48, 100, 48 + 384, 48 + 385, len(whole) - 1, len(whole) - 4):
        connection = connect(shared())
        connection.send(reframed(login(connection)[:n])).expect_fail('HANDSHAKE')
    for extra in (b'A', b'AAAA', b'\0'):
        connection = connect(shared())
        connection.send(reframed(login(connection) + extra)).expect_fail('HANDSHAKE')
    connection = connect(shared())
    connection.send(changed(login(connection), 46, 0xFF)).expect_fail('HANDSHAKE')


def test_wrong_field_sizes_in_resume(t):
    for n in (0, 4, 200, 208):  # a ticket is the server's own affair: one of another size does not open
        connection = connect(shared())
        data, _ = connection.resume_frame('nobody', crypto.to_text(os.urandom(300))[:n], bytes(32))
        connection.send(data).expect_fail('TICKET')
    ticket = crypto.to_text(os.urandom(153))
    for plain in (b'', bytes(62 - 16), bytes(63 + 16)):
        connection = connect(shared())
        connection.send(connection.resume_frame('nobody', ticket, bytes(32), plain=plain)[0]).expect_fail('HANDSHAKE')
    for n in (5, 6, 37, 38, 39, 40, 100):
        connection = connect(shared())
        data, _ = connection.resume_frame('nobody', ticket, bytes(32))
        connection.send(reframed(data[:n])).expect_fail('HANDSHAKE')


def spoilt_texts(token):
    """The same token spelled as it must not be; all of its length."""
    yield token[:-1] + b'\n'
    yield token[:10] + b' ' + token[11:]
    yield token[:10] + b'=' + token[11:]
    yield token[:10] + b'%' + token[11:]
    yield token[:10] + b'+' + token[11:]
    yield token[:10] + b'/' + token[11:]
    yield token[:10] + b'\0' + token[11:]
    yield token[:10] + b'\xff' + token[11:]
    if token.endswith(b'='):
        body = token.rstrip(b'=')
        alphabet = b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
        # the same bytes with a trailing bit that nothing decodes
        yield body[:-1] + alphabet[alphabet.index(body[-1:]) | 1:][:1] + token[len(body):]
        yield body + b'A' * (len(token) - len(body))


def test_base64_that_is_not_canonical(t):
    connection = connect(shared())
    _, token = split(login(connection))
    t.check(token.endswith(b'='), 'a LOGIN token has padding')
    for n in range(len(list(spoilt_texts(token)))):
        connection = connect(shared())
        start, token = split(login(connection))
        connection.send(start + list(spoilt_texts(token))[n]).expect_fail('HANDSHAKE')
    ticket = crypto.to_text(os.urandom(153))
    for text in spoilt_texts(ticket):
        connection = connect(shared())
        connection.send(connection.resume_frame('nobody', text, bytes(32))[0]).expect_fail('HANDSHAKE')


def test_low_order_keys(t):
    for point in LOW_ORDER:
        connection = connect(shared())
        data = bytearray(login(connection))
        data[14:46] = point
        connection.send(bytes(data)).expect_fail('HANDSHAKE')
        connection = connect(shared())
        data = bytearray(connection.resume_frame('nobody', crypto.to_text(os.urandom(153)), bytes(32))[0])
        data[6:38] = point
        connection.send(bytes(data)).expect_fail('HANDSHAKE')


def test_own_key_reflected(t):
    connection = connect(shared())
    data = bytearray(login(connection))
    data[14:46] = connection.hello['Es']
    connection.send(bytes(data)).expect_fail('HANDSHAKE')


def test_public_faults_are_answered_at_once(t):
    """They cost no RSA and no bcrypt."""
    began = time.monotonic()
    for _ in range(20):
        connection = connect(shared())
        connection.send(changed(login(connection), 6)).expect_fail('HANDSHAKE')
    seconds = time.monotonic() - began
    t.check(seconds < 10, f'20 wrong kids took {seconds:.1f} s')


def test_bad_oaep(t):
    size = public_key(shared()).key_size // 8
    for wrap in (os.urandom(size), bytes(size), b'\xff' * size, b'\0' * (size - 1) + b'\1'):
        login_of(wrap=wrap).expect_fail('HANDSHAKE')
    login_of(label=b'sotto/1 resume').expect_fail('HANDSHAKE')
    login_of(label=b'').expect_fail('HANDSHAKE')
    for n in (0, 16, 31, 33):
        k = os.urandom(32)
        login_of(k=k, wrap=public_key(shared()).encrypt((k + k)[:n], crypto.oaep())).expect_fail('HANDSHAKE')


def test_bad_mac(t):
    for at in (0, 4, 12, 30, 60, 200, -3, -30):
        connection = connect(shared())
        start, token = split(login(connection))
        raw = changed(crypto.from_text(token), at)
        connection.send(start + crypto.to_text(raw)).expect_fail('HANDSHAKE')


def test_changed_ephemeral_or_nonce(t):
    other = crypto.public_of(crypto.new_private())
    login_of(es=other).expect_fail('HANDSHAKE')
    for at in (6, 18, 26, 34, 40, 74):  # features, kid, Ns, Es, realm length and text in T alone
        connection = connect(shared())
        hello = connection.hello_frame
        connection.send(login(connection, hello=changed(hello, min(at, len(hello) - 1)))).expect_fail('HANDSHAKE')
    connection = connect(shared())
    connection.send(changed(login(connection), 20)).expect_fail('HANDSHAKE')


def test_replayed_login(t):
    user = shared.user()
    sign(shared(), user).bye()
    connection = connect(shared())
    data, keys = connection.login_frame(public_key(shared()), user)
    connection.send(data)
    t.equal(connection.read_result(keys)['code'], 0)
    connect(shared()).send(data).expect_fail('HANDSHAKE')


def login_with_token(change):
    """A LOGIN whose token change(K0, plaintext padded to 175) makes; its keys are the right ones."""
    connection = connect(shared())
    whole, keys = connection.login_frame(public_key(shared()), User('nobody'))
    start, token = split(whole)
    plain = crypto.open_text(keys.K0, token)
    return connection.send(start + crypto.to_text(change(keys.K0, plain)))


def assembled(padded, version=0x80):
    return lambda k0, plain: crypto.fernet_assemble(k0, padded(plain), os.urandom(16), int(time.time()), version)


def test_bad_fernet(t):
    """With the right MAC, as only who has K0 can make it."""
    def good(plain):
        return plain + b'\1'
    for version in (0x00, 0x7F, 0x81, 0xFF):
        login_with_token(assembled(good, version)).expect_fail('HANDSHAKE')
    for fill in (0, 2, 16, 17, 255):
        login_with_token(assembled(lambda plain, fill=fill: plain + bytes([fill]))).expect_fail('HANDSHAKE')
    login_with_token(assembled(lambda plain: plain[:-15] + bytes([16]) * 15 + bytes([16]))).expect_fail('HANDSHAKE')
    login_with_token(assembled(lambda plain: plain)).expect_fail('HANDSHAKE')  # half a block


def test_bad_plaintext(t):
    def body(**fields):
        user = User('nobody')
        values = dict(op=1, features=0, name=user.name, H=user.h, I=user.public, invite='')
        return protocol.LOGIN_PLAIN.put({**values, **fields})

    good = protocol.pad(body(), 175)
    wrong = {
        'non-zero pad at the end': good[:-1] + b'\1',
        'non-zero pad at the start': protocol.pad(body() + b'\1', 175),
        'plaintext of 174': good[:-1],
        'plaintext of 173': good[:-2],
        'op 0': protocol.pad(body(op=0), 175),
        'op 3': protocol.pad(body(op=3), 175),
        'name of 33': protocol.pad(body(name='a' * 33), 175),
        'invite of 33': protocol.pad(body(invite='a' * 33), 175),
        'name length beyond the end': good[:5] + b'\xff' + good[6:],
    }
    for why, plain in wrong.items():
        try:
            login_of(plain=plain).expect_fail('HANDSHAKE')
        except Unexpected as error:
            raise Unexpected(f'{why}: {error}') from error


def test_private_faults_look_alike(t):
    """The same FAIL for a bad wrap and a bad MAC, to the last byte."""
    answers = set()
    for wrong in ({'label': b'x'}, {'es': crypto.public_of(crypto.new_private())}, {'plain': bytes(175)}):
        connection = login_of(**wrong)
        answers.add(connection.read()[2])
    t.equal(answers, {protocol.make_frame('FAIL', code=8, retry_s=0)})


def test_unknown_features_are_ignored(t):
    user = shared.user()
    session = sign(shared(), user, features=0xFFFFFFFF)
    session.ping().bye()
    connection = connect(shared())
    data, keys = connection.resume_frame(user.name, session.ticket, session.keys.RMS, features=0x80000001)
    connection.send(data).open_session(user, keys).ping()


def test_the_server_still_answers(t):
    user = shared.user()
    sign(shared(), user).ping().bye()
    log_in(shared(), user).ping().bye()


def test_the_server_ends_well(t):
    shared.end()


main(globals())
