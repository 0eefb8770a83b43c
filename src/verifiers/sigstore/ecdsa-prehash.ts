// SPDX-License-Identifier: Apache-2.0
// ECDSA over a digest that was computed elsewhere (FIPS 186-5, section 6.4.2): node:crypto verifies only over the
// bytes themselves, and a 100 GB file should not be read twice. The two point multiplications are OpenSSL's, through
// its Diffie-Hellman; left here are one inverse and one addition of points. Everything is public: a signature, a
// public key, a digest. Nothing here may ever be used with a secret, since BigInt takes time that depends on values.

import { createECDH, ECDH, type KeyObject } from "node:crypto";
import { DerReader, parseDer } from "../../bytes/der.ts";
import { derInteger } from "../../bytes/der-values.ts";

interface Curve {
  /** OpenSSL's name. */
  readonly name: string;
  /** Bytes of a coordinate and of a scalar. */
  readonly size: number;
  /** Prime of the field. */
  readonly p: bigint;
  /** Order of the group. */
  readonly n: bigint;
}

/** NIST SP 800-186, section 3.2.1. */
const curves: readonly Curve[] = [
  {
    name: "prime256v1",
    size: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  {
    name: "secp384r1",
    size: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  {
    name: "secp521r1",
    size: 66,
    p: 2n ** 521n - 1n,
    n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
];

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/**
 * Verifies an ECDSA signature over `digest`.
 * @param key a key on P-256, P-384 or P-521; any other does not verify.
 * @returns false for every signature that is not one; the few that exist with a probability of 2^-250 or less and
 *   need a special case (r = s, points that coincide) are refused too.
 * @throws {AibomError} DER_* if the signature is not two integers in DER
 */
export function verifyEcdsaDigest(digest: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  const curve = curves.find(({ name }) => name === key.asymmetricKeyDetails?.namedCurve);
  const { r, s } = parseSignature(signature);
  if (curve === undefined || r <= 0n || s <= 0n || r >= curve.n || s >= curve.n) {
    return false;
  }
  const { n, p } = curve;
  const w = inverse(s, n);
  const u1 = mod(leftmostBits(digest, n) * w, n);
  const u2 = mod(r * w, n);
  const q = keyPoint(key);
  // Zero has no point, and u2 + 1 is needed below.
  if (u1 === 0n || u2 === n - 1n) {
    return false;
  }
  const first = multiplyBase(curve, u1);
  const second = multiply(curve, u2, q);
  const sum = second && addPoints(first, second, p);
  return sum !== undefined && mod(sum.x, n) === r;
}

function parseSignature(signature: Uint8Array): { readonly r: bigint; readonly s: bigint } {
  const what = "ECDSA signature";
  const reader = new DerReader(parseDer(signature, what), what);
  const r = derInteger(reader.next("r"), `r of ${what}`);
  const s = derInteger(reader.next("s"), `s of ${what}`);
  reader.end();
  return { r, s };
}

/** The digest as a number, cut to the bits of the order. */
function leftmostBits(digest: Uint8Array, n: bigint): bigint {
  const excess = digest.length * 8 - n.toString(2).length;
  const number = toNumber(digest);
  return excess > 0 ? number >> BigInt(excess) : number;
}

function keyPoint(key: KeyObject): Point {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  return { x: toNumber(Buffer.from(x, "base64url")), y: toNumber(Buffer.from(y, "base64url")) };
}

/** The base point times `scalar`: a private number and its public point. */
function multiplyBase({ name, size }: Curve, scalar: bigint): Point {
  const ecdh = createECDH(name);
  ecdh.setPrivateKey(toBytes(scalar, size));
  return readPoint(ecdh.getPublicKey(), size);
}

/**
 * `point` times `scalar`. Diffie-Hellman gives only x; which of the two points with that x it is shows one step
 * further: (scalar + 1) times the point must be their sum.
 */
function multiply(curve: Curve, scalar: bigint, point: Point): Point | undefined {
  const { name, size, p } = curve;
  const encoded = Buffer.concat([Buffer.of(4), toBytes(point.x, size), toBytes(point.y, size)]);
  const times = (factor: bigint): Buffer => {
    const ecdh = createECDH(name);
    ecdh.setPrivateKey(toBytes(factor, size));
    return ecdh.computeSecret(encoded);
  };
  const x = times(scalar);
  const next = toNumber(times(scalar + 1n));
  return [2, 3]
    .map((sign) => decompress(curve, Buffer.concat([Buffer.of(sign), x])))
    .find((candidate) => addPoints(candidate, point, p)?.x === next);
}

function decompress({ name, size }: Curve, compressed: Uint8Array): Point {
  const hex = ECDH.convertKey(compressed, name, undefined, "hex", "uncompressed");
  return readPoint(Buffer.from(hex.toString(), "hex"), size);
}

/** The sum of two different points that are not each other's negative; undefined for those. */
function addPoints(one: Point, other: Point, p: bigint): Point | undefined {
  if (one.x === other.x) {
    return undefined;
  }
  const slope = mod((other.y - one.y) * inverse(mod(other.x - one.x, p), p), p);
  const x = mod(slope * slope - one.x - other.x, p);
  return { x, y: mod(slope * (one.x - x) - one.y, p) };
}

/** Inverse modulo a prime, by Euclid. `value` is not 0. */
function inverse(value: bigint, prime: bigint): bigint {
  let [low, high] = [value, prime];
  let [lowFactor, highFactor] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [lowFactor, highFactor] = [highFactor - quotient * lowFactor, lowFactor];
  }
  return mod(lowFactor, prime);
}

function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

function readPoint(uncompressed: Uint8Array, size: number): Point {
  return {
    x: toNumber(uncompressed.subarray(1, 1 + size)),
    y: toNumber(uncompressed.subarray(1 + size)),
  };
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function toBytes(value: bigint, size: number): Buffer {
  return Buffer.from(value.toString(16).padStart(size * 2, "0"), "hex");
}
