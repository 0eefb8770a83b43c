// SPDX-License-Identifier: Apache-2.0
// Every bit of a time stamp is flipped: what is accepted says the same, and the flip lies provably outside of what
// vouches for the time. Cut and mutated ones as well.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { octetString } from "../../fixtures/der-writer.ts";
import { caExtensions, fixtureTime, type Issued, issue, keyPair, tsaExtensions } from "../../fixtures/pki.ts";
import { cmsAttribute, timestampResponse, timestampToken } from "../../fixtures/tsa.ts";
import { DerReader, parseDer } from "../../src/bytes/der.ts";
import { AibomError } from "../../src/errors.ts";
import { type TimestampAuthority, verifyTimestamp } from "../../src/verifiers/timestamp/verify-timestamp.ts";
import { mutate, seeded } from "../random.ts";

const signed = new TextEncoder().encode("a signature that gets a time");
const root = issue({ subject: "CN=ts root,O=Example", extensions: caExtensions() });
const tsa = issue({ subject: "CN=tsa,O=Example", issuer: root, extensions: tsaExtensions() });

function authorityOf(...certificates: readonly Issued[]): TimestampAuthority {
  return { name: "own", certificates: certificates.map(({ certificate }) => certificate) };
}

const caOnly = authorityOf(root);
const pinned = authorityOf(tsa, root);

/** Offsets of an element in the bytes that it is a view of. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** What of a token is not covered by its signature, nor needed to verify it against a pinned leaf. */
function uncovered(token: Uint8Array): readonly Range[] {
  const contentInfo = new DerReader(parseDer(token, "token"), "token");
  contentInfo.next("type");
  const [inner] = new DerReader(contentInfo.next("content"), "content", 0xa0).rest();
  assert.ok(inner);
  const offsetOf = (bytes: Uint8Array): Range => {
    const start = bytes.byteOffset - token.byteOffset;
    return { start, end: start + bytes.length };
  };
  const fields = new DerReader(inner, "signed data").rest();
  return fields.filter(({ tag }) => tag === 0xa0).map(({ bytes }) => offsetOf(bytes));
}

describe("every bit", () => {
  /** Flips each bit; returns the places where the token was still accepted. */
  function survivors(token: Uint8Array, authority: TimestampAuthority): readonly number[] {
    const good = verifyTimestamp(token, signed, [authority]);
    const accepted: number[] = [];
    for (let bit = 0; bit < token.length * 8; bit += 1) {
      const flipped = Uint8Array.from(token);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
      try {
        const { time, genTime, policy, serialNumber } = verifyTimestamp(flipped, signed, [authority]);
        assert.deepEqual(
          { time, genTime, policy, serialNumber },
          { time: good.time, genTime: good.genTime, policy: good.policy, serialNumber: good.serialNumber },
        );
        accepted.push(bit >> 3);
      } catch (error) {
        if (!(error instanceof AibomError)) {
          throw error;
        }
      }
    }
    return accepted;
  }

  it("of a bare token without unneeded parts matters", () => {
    const token = timestampToken({ tsa, signed, nonce: 5n, accuracy: { seconds: 1 } });
    assert.deepEqual(survivors(token, caOnly), []);
    const without = timestampToken({ tsa, signed, certificates: [] });
    assert.deepEqual(survivors(without, pinned), []);
  });

  it("of tokens signed with other algorithms matters", () => {
    for (const kind of ["rsa2048", "rsa-pss", "ed25519"] as const) {
      const own = issue({
        subject: "CN=tsa,O=Example",
        issuer: root,
        keys: keyPair(kind, "bits"),
        extensions: tsaExtensions(),
      });
      const token = timestampToken({ tsa: own, signed, certificates: [], ess: "both" });
      assert.deepEqual(survivors(token, authorityOf(own, root)), [], kind);
    }
  });

  it("outside of embedded certificates that a pinned authority does not need matters", (t) => {
    const token = timestampToken({ tsa, signed });
    const ranges = uncovered(token);
    const accepted = survivors(token, pinned);
    for (const at of accepted) {
      assert.ok(
        ranges.some(({ start, end }) => at >= start && at < end),
        `byte ${at}`,
      );
    }
    t.diagnostic(`${accepted.length} of ${token.length * 8} flips accepted, all in the embedded certificate`);
  });

  it("outside of the status, its text and unsigned attributes matters", (t) => {
    const attribute = cmsAttribute("1.2.3", octetString(new Uint8Array(8)));
    const token = timestampToken({ tsa, signed, certificates: [], unsignedAttributes: [attribute] });
    const response = timestampResponse({ token, statusText: "some free text" });
    const accepted = survivors(response, pinned);
    const tokenStart = response.length - token.length;
    const attributeStart = Buffer.from(response).lastIndexOf(Buffer.from(attribute));
    assert.ok(attributeStart > tokenStart);
    const inAttribute = accepted.filter(
      (at) => at >= attributeStart && at < attributeStart + attribute.length,
    );
    const inStatus = accepted.filter((at) => at < tokenStart);
    assert.equal(inAttribute.length + inStatus.length, accepted.length);
    assert.ok(inAttribute.length > 0 && inStatus.length > 0);
    t.diagnostic(
      `${inStatus.length} flips accepted in the status, ${inAttribute.length} in unsigned attributes`,
    );
  });

  it("cut or mutated gives the same time or an AibomError", () => {
    const response = timestampResponse({ token: timestampToken({ tsa, signed }), statusText: "ok" });
    for (let length = 0; length < response.length; length += 1) {
      assert.throws(() => verifyTimestamp(response.subarray(0, length), signed, [caOnly]), {
        code: "DER_TRUNCATED",
      });
    }
    const next = seeded(3161);
    let refused = 0;
    for (let round = 0; round < 5000; round += 1) {
      try {
        assert.deepEqual(verifyTimestamp(mutate(response, next), signed, [caOnly]).time, fixtureTime);
      } catch (error) {
        if (!(error instanceof AibomError)) {
          throw error;
        }
        assert.match(error.code, /^(DER|TIMESTAMP|CERTIFICATE)_/);
        refused += 1;
      }
    }
    assert.ok(refused > 4500, `${refused} refused`);
  });
});
