#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests' own protocol implementation against the vectors, so that it may judge the programs."""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))

import sotto_crypto as crypto
import sotto_fields as fields
import sotto_packet as packet
import sotto_peer as peer
import sotto_protocol as protocol
from sotto_crypto import Bad
from harness import main

with open(os.environ.get('SOTTO_TEST_VECTORS', os.path.join(HERE, '..', 'vectors')) + '/sotto.json') as file:
    VECTORS = json.load(file)
H = bytes.fromhex
BYTES_AS_TEXT = ('ticket', 'invite', 'realm', 'name')


def number(text):
    return int(text, 16)


def native(value, codec):
    """A vector's field as the library has it."""
    if isinstance(codec, fields.Many):
        return [native(v, codec.item) for v in value]
    if isinstance(codec, fields.Body):
        return native_fields(value, codec)
    if isinstance(codec, fields.Addr):
        return value['ip'], value['port']
    if isinstance(codec, fields.Int) and codec.size == 8:
        return number(value)
    if isinstance(codec, packet.Ranges):
        return [tuple(map(number, ends)) for ends in value]
    if isinstance(codec, (fields.Raw, packet.Data16)):
        return H(value)
    if isinstance(codec, fields.Lp) and not codec.text:
        return value.encode()
    return value


def native_fields(values, body):
    return {key: native(values[key], codec) for key, codec in body.fields.items() if key in values}


def refused(t, what, function, *args):
    try:
        got = function(*args)
    except Bad:
        return
    t.check(False, f'{what}: accepted as {got!r}')


def token_args(case):
    return dict(iv=H(case['iv']), time=number(case['time']))


def server_key(name):
    return next(k for k in VECTORS['server_key'] if k['name'] == name)


def test_fernet(t):
    group = VECTORS['fernet']
    for case in group['valid']:
        raw = crypto.fernet_seal(H(case['key']), H(case['plain']), **token_args(case))
        t.equal(raw, H(case['raw']), 'raw token')
        t.equal(crypto.to_text(raw).decode(), case['text_form'], 'text token')
        t.equal(crypto.open_text(H(case['key']), case['text_form'].encode()), H(case['plain']), 'plaintext')
    for case in group['invalid']:
        refused(t, case['why'], crypto.fernet_open, H(case['key']), H(case['raw']))


def test_fernet_specification(t):
    group = VECTORS['fernet_spec']
    for case in group['generate'] + group['verify'] + group['invalid']:
        key = crypto.from_text(case['secret'].encode())
        if case['plain'] is None:
            refused(t, case['desc'], crypto.open_text, key, case['token'].encode())
        else:
            t.equal(crypto.open_text(key, case['token'].encode()), H(case['plain']), 'plaintext')


def test_base64(t):
    for case in VECTORS['base64']['valid']:
        t.equal(crypto.from_text(case['text_form'].encode()), H(case['bytes']))
    for case in VECTORS['base64']['invalid']:
        refused(t, case['why'], crypto.from_text, H(case['text_hex']))


def test_names_and_addresses(t):
    for name in VECTORS['name']['valid']:
        t.check(fields.is_name(name.encode()), name)
    for name in VECTORS['name']['invalid_hex']:
        t.check(not fields.is_name(H(name)), name)
    for case in VECTORS['addr']['valid']:
        reader = fields.Reader(H(case['bytes']))
        t.equal(fields.ADDR.get(reader), native(case['addr'], fields.ADDR))
        t.equal(fields.ADDR.put(native(case['addr'], fields.ADDR)), H(case['bytes']))
    for case in VECTORS['addr']['invalid']:
        refused(t, case['why'], fields.ADDR.get, fields.Reader(H(case['bytes'])))


def test_key_derivation(t):
    for case in VECTORS['hkdf']:
        t.equal(crypto.hk(H(case['ikm']), H(case['salt']), H(case['info']), case['n']), H(case['okm']))
    for case in VECTORS['password']:
        t.equal(crypto.password_salt(case['realm'].encode(), case['name'].encode()), H(case['salt']))
        t.equal(crypto.password_keys(case['password'], case['realm'], case['name']), (H(case['H']), H(case['V'])))
    for case in VECTORS['bcrypt']:
        t.equal(crypto.bcrypt_input(H(case['H'])).decode(), case['input'])
    for case in VECTORS['safety_number']:
        sides = [(H(case[f'I_{s}']), case[f'name_{s}']) for s in 'ab']
        t.equal([crypto.safety_half(*side) for side in sides], [case['half_a'], case['half_b']])
        t.equal(crypto.safety_number(*sides), case['number'])


def test_server_keys(t):
    for case in VECTORS['server_key']:
        private = crypto.load_private_key(H(case['pkcs8']))
        certificate = crypto.load_certificate(H(case['certificate']))
        t.equal(crypto.fingerprint(certificate.public_key()), H(case['fingerprint']))
        t.equal(H(case['fingerprint'])[:8], H(case['kid']))
        t.equal(crypto.server_secret(private), H(case['CK']))
    for case in VECTORS['oaep']:
        private = crypto.load_private_key(H(server_key(case['server_key'])['pkcs8']))
        t.equal(private.decrypt(H(case['wrap']), crypto.oaep()), H(case['K']))
    for case in VECTORS['ticket']:
        ck = H(server_key(case['server_key'])['CK'])
        tk = crypto.ticket_key(ck, number(case['slot']) * crypto.TICKET_SLOT_S)
        t.equal(tk, H(case['TK']))
        t.equal(protocol.seal_ticket(tk, native_fields({k: v for k, v in case['fields'].items() if k != 'ver'},
                                                       protocol.TICKET), **token_args(case)).decode(), case['text_form'])


def test_frames(t):
    for case in VECTORS['frame']['valid']:
        body = protocol.FRAMES[case['frame_type']]
        values = native_fields(case['fields'], body)
        t.equal(protocol.make_frame(case['frame_type'], **values), H(case['frame']))
        (kind, data, _), = protocol.split_frames(bytearray(H(case['frame'])), protocol.LIMIT_FROM_SERVER)
        t.equal(body.kind, kind)
        t.equal(body.decode(data), values)
    for case in VECTORS['frame']['invalid']:
        refused(t, case['why'], decode_one, H(case['frame']), case['from_server'])


def decode_one(data, from_server):
    limit = protocol.LIMIT_FROM_SERVER if from_server else protocol.LIMIT_TO_SERVER
    (kind, body, _), = protocol.split_frames(bytearray(data), limit)
    return protocol.decode_frame(kind, body, from_server)


def check_session(t, case, keys, whole):
    t.equal(whole, H(case['frame']), 'frame')
    for key, value in case['keys'].items():
        t.equal(getattr(keys, key), H(value), key)
    for result in [case['result']] + ([case['result_refused']] if 'result_refused' in case else []):
        values = native_result(result['fields'])
        t.equal(protocol.build_result(keys.K_sc, values, **token_args(result)), H(result['frame']), 'RESULT')
        t.equal(protocol.open_result(keys.K_sc, H(result['frame'])[5:]), values, 'RESULT fields')
    for record in case.get('records', []):
        body = protocol.RECORDS[record['record']]
        key = keys.K_cs if record['direction'] == 'to server' else keys.K_sc
        values = native_fields(record['fields'], body)
        t.equal(protocol.seal_record(key, number(record['ctr']), body.kind, body.put(values), **token_args(record)),
                H(record['frame']), record['record'])


def native_result(values):
    return {**{k: values[k] for k in ('code', 'retry_s')}, **native_fields(values, protocol.RESULT_TRUE)}


def test_login(t):
    for case in VECTORS['login']:
        hello = H(case['hello']['frame'])
        key = server_key(case['server_key'])
        values = native_fields(case['fields'], protocol.LOGIN_PLAIN)
        whole, keys = protocol.build_login(hello, H(case['hello']['fields']['Es']), H(key['kid']), H(case['ec']), H(case['Ec']),
                                           H(case['K']), H(case['wrap']), values, **token_args(case))
        check_session(t, case, keys, whole)
        plain, again = protocol.server_accepts('LOGIN', H(case['hello']['es']), hello, whole, H(case['K']))
        t.equal((plain, again), (values, keys), 'server side')


def test_resume(t):
    for case in VECTORS['resume']:
        hello = H(case['hello']['frame'])
        values = dict(features=case['features'], name=case['name'])
        whole, keys = protocol.build_resume(hello, H(case['hello']['fields']['Es']), H(case['ec']), H(case['Ec']),
                                            case['ticket'].encode(), H(case['RMS']), values, **token_args(case))
        check_session(t, case, keys, whole)
        plain, again = protocol.server_accepts('RESUME', H(case['hello']['es']), hello, whole, H(case['RMS']))
        t.equal((plain, again), (values, keys), 'server side')


def test_refused_logins(t):
    group = VECTORS['login_reject']
    private = crypto.load_private_key(H(server_key(group['server_key'])['pkcs8']))
    kid = H(server_key(group['server_key'])['kid'])

    def serve(data):
        name, values = decode_one(data, False)
        if values['kid'] != kid:
            raise Bad('kid')
        try:
            k = private.decrypt(values['wrap'], crypto.oaep())
        except ValueError:
            k = bytes(32)
        if len(k) != 32:
            raise Bad('K')
        return protocol.server_accepts(name, H(group['hello']['es']), H(group['hello']['frame']), data, k)

    serve(H(group['accepted']))
    for case in group['rejected']:
        refused(t, case['why'], serve, H(case['frame']))


def test_records(t):
    group = VECTORS['sealed']
    key = H(group['key'])
    for case in group['valid']:
        body = protocol.RECORDS[case['record']]
        values = native_fields(case['fields'], body)
        t.equal(protocol.decode_record(H(case['plain'])), (number(case['ctr']), case['record'], values))
        t.equal(protocol.seal_record(key, number(case['ctr']), body.kind, body.put(values), **token_args(case)), H(case['frame']))
    for case in group['invalid']:
        refused(t, case['why'], protocol.decode_record, H(case['plain']))


def test_datagrams(t):
    for case in VECTORS['datagram']['valid']:
        values = native_fields(case['fields'], protocol.DATAGRAMS[case['kind']])
        key, data = H(case['key']), H(case['datagram'])
        t.equal(protocol.open_datagram(key, data), (case['kind'], number(case['id64']), values))
        t.equal(protocol.make_datagram(case['kind'], number(case['id64']), key, **token_args(case), **values), data)
    for case in VECTORS['datagram']['invalid']:
        refused(t, case['why'], protocol.open_datagram, H(case['key']), H(case['datagram']))


def test_packets(t):
    for case in VECTORS['packet_frame']['valid']:
        values = native_fields(case['fields'], packet.PACKET_FRAMES[case['frame_kind']])
        t.equal(packet.put_frame(case['frame_kind'], **values), H(case['bytes']))
        t.equal(packet.decode_frames(H(case['bytes'])), [(case['frame_kind'], values)])
    for case in VECTORS['packet_frame']['invalid']:
        refused(t, case['why'], packet.decode_frames, H(case['bytes']))
    for case in VECTORS['secure']:
        frames = [(f['frame_kind'], native_fields(f['fields'], packet.PACKET_FRAMES[f['frame_kind']])) for f in case['frames']]
        data = b''.join(packet.put_frame(name, **values) for name, values in frames)
        t.equal(packet.seal_packet(H(case['key']), number(case['cid']), case['epoch'], number(case['pn']), data,
                                   **token_args(case)), H(case['datagram']), case['why'])
        t.equal(packet.open_packet(H(case['key']), H(case['datagram'])), (number(case['pn']), frames), case['why'])


def check_rekeys(t, rekeys, pn_key='K_ir'):
    for case in rekeys:
        dh = crypto.agree(H(case['e_i']), H(case['E_r']))
        k_ir, k_ri, chain = peer.rekey_keys(H(case['chain_before']), case['epoch'], dh, H(case['E_i']), H(case['E_r']))
        t.equal((k_ir, k_ri, chain), (H(case['K_ir']), H(case['K_ri']), H(case['chain'])))
        for name in ('REKEY1', 'REKEY2'):
            values = dict(epoch=case['epoch'], E=H(case['E_i' if name == 'REKEY1' else 'E_r']))
            t.equal(packet.put_frame(name, **values), H(case[name.lower()]))
        first = case['first_secure']
        t.equal(packet.open_packet(k_ir, H(first['datagram'])), (number(first['pn']), [('PING', {})]))


def test_peer_handshake(t):
    check_rekeys(t, VECTORS['rekey'])
    for case in VECTORS['peer']:
        cid, kxy, keys = number(case['cid']), H(case['Kxy']), case['keys']
        b = peer.binding(cid, case['name_i'], case['name_r'], H(case['I_i']), H(case['I_r']))
        psk_i, psk_r = (peer.handshake_key(kxy, cid, b, side) for side in (b'i', b'r'))
        t.equal([b, psk_i, psk_r], [H(keys[k]) for k in ('B', 'PSK_i', 'PSK_r')])
        dh = [crypto.agree(H(case[a]), H(case[e])) for a, e in (('e_i', 'E_r'), ('i_i', 'E_r'), ('e_i', 'I_r'), ('i_i', 'I_r'))]
        t.equal(b''.join(dh), H(keys['dh']), 'dh')
        made = peer.peer_keys(kxy, b, H(case['E_i']), H(case['E_r']), dh)
        t.equal({k: v.hex() for k, v in made._asdict().items()}, {k: keys[k] for k in made._fields}, 'keys')
        init, resp, probe, first = (case[k] for k in ('init', 'resp', 'probe_of_r', 'first_secure'))
        t.equal(protocol.make_datagram('INIT', cid, psk_i, **token_args(init), ver=1, E_i=H(case['E_i'])), H(init['datagram']))
        t.equal(crypto.sha256(H(init['datagram'])), H(resp['init_hash']))
        t.equal(protocol.make_datagram('RESP', cid, psk_r, **token_args(resp), E_r=H(case['E_r']),
                                       init_hash=H(resp['init_hash']), conf=made.conf), H(resp['datagram']))
        t.equal(protocol.make_datagram('PROBE', cid, psk_r, **token_args(probe), n=probe['n']), H(probe['datagram']))
        t.equal(packet.open_packet(made.K_ir, H(first['datagram']))[0], number(first['pn']))
        t.equal(crypto.safety_number((H(case['I_i']), case['name_i']), (H(case['I_r']), case['name_r'])), case['safety_number'])
        check_rekeys(t, case['rekeys'])


def one_record(data):
    buffer = bytearray(data)
    records = protocol.split_stream_records(buffer)
    if len(records) != 1 or buffer:
        raise Bad('not one record')
    return records[0]


def test_stream_records(t):
    group = VECTORS['stream_record']
    for case in group['valid']:
        values = native_fields(case['fields'], protocol.STREAM_RECORDS[case['record']])
        t.equal(protocol.stream_record(case['record'], **values), H(case['bytes']))
        t.equal(one_record(H(case['bytes'])), (case['record'], values))
    for case in group['invalid']:
        refused(t, case['why'], one_record, H(case['bytes']))
    buffer, seen = bytearray(), []
    for byte in H(group['sequence']['bytes']):
        buffer.append(byte)
        seen += [name for name, _ in protocol.split_stream_records(buffer)]
    t.equal(seen, group['sequence']['records'], 'byte by byte')
    longest = group['longest_text']
    one_record(H(longest['prefix']) + H(longest['byte']) * longest['valid'])
    refused(t, 'long text', one_record, H(longest['invalid_prefix']) + H(longest['byte']) * longest['invalid'])


def test_two_channels_talk(t):
    identities = {name: crypto.new_private() for name in ('alice', 'bob')}
    grant = dict(cid=7, Kxy=crypto.new_private())
    sides = [peer.Channel(dict(grant, role=role, peer=other, I_peer=crypto.public_of(identities[other])), own, identities[own])
             for own, other, role in (('alice', 'bob', protocol.INITIATOR), ('bob', 'alice', protocol.RESPONDER))]

    def exchange(first, second):
        waiting = [(second, data) for data in first]
        for _ in range(50):
            if not waiting:
                return
            side, data = waiting.pop(0)
            other = sides[1 - sides.index(side)]
            waiting += [(other, answer) for answer in side.receive(data)]

    exchange(sides[0].poll(), sides[1])
    exchange(sides[0].send_text('hello'), sides[1])
    exchange(sides[1].send_text('x' * 3000), sides[0])
    t.equal([name for name, _ in sides[1].events], ['OPEN', 'TEXT', 'RECEIVED'])
    t.equal([name for name, _ in sides[0].events], ['OPEN', 'RECEIVED', 'TEXT'])
    t.equal(sides[0].events[2][1]['text'], 'x' * 3000)


main(globals())
