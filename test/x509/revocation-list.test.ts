// SPDX-License-Identifier: Apache-2.0
// Certificate revocation lists: who may sign them, when they count, what they revoke and what saves a signature.

import assert from "node:assert/strict";
import test from "node:test";
import {
  bitString,
  context,
  generalizedTime,
  integer,
  octetString,
  oid,
  sequence,
  utcTime,
} from "../../fixtures/der-writer.ts";
import {
  caExtensions,
  fixtureTime,
  type Issued,
  issue,
  keyPair,
  keyUsage,
  pemOf,
  signing,
} from "../../fixtures/pki.ts";
import { AibomError } from "../../src/errors.ts";
import { parseRevocationLists, requireNotRevoked } from "../../src/x509/revocation-list.ts";
import { mutate, seeded } from "../random.ts";

const root = issue({ subject: "CN=root", extensions: caExtensions() });
const leaf = issue({ subject: "CN=leaf", issuer: root, extensions: [keyUsage(["digitalSignature"])] });
const day = 86_400_000;
const days = (count: number): Date => new Date(fixtureTime.getTime() + count * day);

interface ListSpec {
  readonly revoked?: readonly { readonly serial: bigint; readonly at: Date; readonly invalidFrom?: Date }[];
  readonly signer?: Issued;
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date;
  readonly extensions?: readonly Uint8Array[];
}

function list(spec: ListSpec = {}): Uint8Array {
  const { revoked = [], signer = root, thisUpdate = days(-1), nextUpdate = days(1), extensions = [] } = spec;
  const { algorithm, sign } = signing(signer.keys);
  const entries = revoked.map(({ serial, at, invalidFrom }) =>
    sequence(
      integer(serial),
      utcTime(at),
      ...(invalidFrom === undefined
        ? []
        : [sequence(sequence(oid("2.5.29.24"), octetString(generalizedTime(invalidFrom))))]),
    ),
  );
  const tbs = sequence(
    integer(1),
    algorithm,
    root.name,
    utcTime(thisUpdate),
    utcTime(nextUpdate),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    ...(extensions.length === 0 ? [] : [context(0, sequence(...extensions))]),
  );
  return sequence(tbs, algorithm, bitString(sign(tbs)));
}

function outcome(bytes: Uint8Array, at = fixtureTime, instants = [at]): string {
  try {
    requireNotRevoked([leaf.certificate, root.certificate], parseRevocationLists(bytes), { at, instants });
    return "good";
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return error.code;
  }
}

const critical = (type: string): Uint8Array =>
  sequence(oid(type), Uint8Array.of(0x01, 0x01, 0xff), octetString(sequence()));

test("a listed certificate is revoked, unless the signature is proven to be older", () => {
  const revoked = [{ serial: leaf.serialNumber, at: days(-2) }];
  assert.equal(outcome(list()), "good");
  assert.equal(outcome(list({ revoked: [{ serial: 5n, at: days(-2) }] })), "good");
  assert.equal(outcome(list({ revoked })), "CERTIFICATE_REVOKED");
  assert.equal(outcome(list({ revoked }), fixtureTime, [days(-3)]), "good");
  assert.equal(outcome(list({ revoked }), fixtureTime, [days(-3), days(-2)]), "CERTIFICATE_REVOKED");
  const stolen = [{ serial: leaf.serialNumber, at: days(-2), invalidFrom: days(-5) }];
  assert.equal(outcome(list({ revoked: stolen }), fixtureTime, [days(-3)]), "CERTIFICATE_REVOKED");
});

test("a list counts with its issuer's signature, while it is current", () => {
  const foreign = issue({ subject: "CN=root", keys: keyPair("p256", "foreign"), extensions: caExtensions() });
  assert.equal(outcome(list({ signer: foreign })), "CERTIFICATE_REVOCATION_SIGNATURE");
  assert.equal(outcome(list(), days(2)), "CERTIFICATE_REVOCATION_STALE");
  assert.equal(outcome(list(), days(-2)), "CERTIFICATE_REVOCATION_STALE");
  // What an old list revoked stays revoked.
  assert.equal(
    outcome(list({ revoked: [{ serial: leaf.serialNumber, at: days(-2) }] }), days(2)),
    "CERTIFICATE_REVOKED",
  );
});

test("lists are read from PEM, partial ones are refused where they would mislead", () => {
  assert.equal(outcome(Buffer.from(pemOf("X509 CRL", list()))), "good");
  assert.equal(outcome(Buffer.from(pemOf("CERTIFICATE", list()))), "CERTIFICATE_REVOCATION_LIST");
  assert.equal(outcome(list({ extensions: [critical("2.5.29.27")] })), "CERTIFICATE_REVOCATION_LIST");
  assert.equal(outcome(list({ extensions: [critical("2.5.29.28")] })), "good");
});

test("changed at random, a list is refused or says nothing else", () => {
  const good = list({ revoked: [{ serial: leaf.serialNumber, at: days(-2) }] });
  const next = seeded(5280);
  for (let run = 0; run < 3000; run += 1) {
    assert.match(outcome(mutate(good, next)), /^(?:CERTIFICATE_|DER_|good)/);
  }
});
