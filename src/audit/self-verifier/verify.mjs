#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// @ts-check
//
// verify.mjs: checks an audit folder. One file, no dependency, any Node.js from version 20, no network:
//
//     node verify.mjs [DIR] [--json] [--trust-root DIR] [--expect-signer NAME] [--expect-key SHA256|FILE] [--at TIME]
//
// It is a second implementation, written to be read: it shares no code with the program that wrote the folder. Read it
// from the top: how results are reported, how files and encodings are read, cryptography from small to large (keys,
// certificates, time stamps, logs, signatures), then the checks of the folder in the order in which they are printed.
//
// What a clean result means: no file of the folder was changed, added or taken away since it was sealed; every
// signature in it that the record counts was made by the key that the trust root names, at the time that is proven.
// What it cannot mean: that the seal's key is the one that YOU expect. Keys inside of the folder prove that it is whole,
// not who made it. Give your own with --trust-root, --expect-key or --expect-signer.
//
// Exit: 0 every check is ok; 1 something is wrong; 2 wrong use, or no such folder; 3 something could not be checked.

import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const limits = {
  /** Files of a folder: ten thousand receipts with a dozen files each. */
  files: 250_000,
  /** Directories below each other. */
  depth: 24,
  /** Bytes of a file that is hashed: a copied tile or entry never comes near. */
  fileBytes: 4 * 2 ** 30,
  /** Bytes of a file that is read into memory: a BOM of 100,000 components. */
  documentBytes: 256 * 2 ** 20,
  /** Bytes of a path. */
  pathBytes: 1024,
  /** Levels of JSON and of DER. */
  nesting: 64,
  /** Certificates of a chain, and steps of the search for one. */
  chain: 8,
  chainSteps: 256,
  /** Bytes of a time stamp. */
  tokenBytes: 256 * 1024,
  /** Bytes of an object identifier and of a whole number that is read as one. */
  oidBytes: 64,
  integerBytes: 1024,
  /** Lines that are printed of one kind of failure; the others are counted. */
  sameFailures: 20,
};

// ---------------------------------------------------------------------------------------------------------------------
// Results

/** The check was made, and it failed. */
class Fault extends Error {}
/** The check could not be made here. Never counted as passed. */
class Unable extends Error {}

/** @param {boolean} condition @param {string} reason @returns {asserts condition} */
function need(condition, reason) {
  if (!condition) throw new Fault(reason);
}

/** @typedef {{ id: string, state: "ok" | "FAIL" | "not checked", place: string, text: string }} Line */

/** One line for each check. */
class Report {
  /** @type {Line[]} */
  lines = [];
  /** @type {Map<string, number>} */
  #failures = new Map();

  /**
   * Makes a check: what it returns is printed, what it throws decides. A bug in here is a failure, never a pass.
   * @template T
   * @param {string} id @param {string} place @param {() => T} check @param {(value: T) => string} [text]
   * @returns {T | undefined}
   */
  check(id, place, check, text = String) {
    try {
      const value = check();
      this.add(id, "ok", place, text(value));
      return value;
    } catch (error) {
      this.add(id, error instanceof Unable ? "not checked" : "FAIL", place, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /** @param {string} id @param {Line["state"]} state @param {string} place @param {string} text */
  add(id, state, place, text) {
    const kind = `${state} ${id}`; // by state: what could not be checked must not hide what failed
    const count = (this.#failures.get(kind) ?? 0) + 1;
    this.#failures.set(kind, count);
    if (state === "ok" || count <= limits.sameFailures) this.lines.push({ id, state, place, text });
  }

  /** @returns {number} */
  get failed() {
    return this.#count("FAIL");
  }

  get unable() {
    return this.#count("not checked");
  }

  /** @param {Line["state"]} state */
  #count(state) {
    return this.lines.filter((line) => line.state === state).length;
  }
}

/** Text of the folder is anybody's: nothing but plain ASCII reaches the terminal. @param {string} text */
function plain(text) {
  const short = text.length > 400 ? `${text.slice(0, 400)}...` : text;
  return short.replace(/[^\x20-\x7e]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

// ---------------------------------------------------------------------------------------------------------------------
// Bytes, text, JSON

/** @typedef {Uint8Array} Bytes */
/** @typedef {Record<string, any>} Json an object of strictly read JSON; its prototype is null */

/** @param {Bytes} bytes */
const hex = (bytes) => Buffer.from(bytes).toString("hex");
/** @param {string} algorithm @param {...(Bytes | string)} parts */
const digest = (algorithm, ...parts) => {
  const hash = crypto.createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
};
/** @param {...(Bytes | string)} parts */
const sha256 = (...parts) => hex(digest("sha256", ...parts));
/** @param {Bytes | undefined} one @param {Bytes | undefined} other */
const same = (one, other) => one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;

/** @param {Bytes} bytes @param {string} what */
function utf8(bytes, what) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Fault(`${what} is not UTF-8`);
  }
}

/** Base64 in its one spelling: bytes that decoders skip would be a place to hide in. @param {unknown} text @param {string} what */
function base64(text, what) {
  need(typeof text === "string", `${what} is missing`);
  const bytes = Buffer.from(text, "base64");
  need(bytes.toString("base64") === text, `${what} is not canonical base64`);
  return bytes;
}

/** @param {unknown} text @param {string} what */
function base64url(text, what) {
  need(typeof text === "string", `${what} is missing`);
  const bytes = Buffer.from(text, "base64url");
  need(bytes.toString("base64url") === text, `${what} is not canonical base64url`);
  return bytes;
}

/**
 * JSON of which there is one reading: no key twice, no level too many. Objects have no prototype.
 * @param {Bytes} bytes @param {string} what @returns {any}
 */
function json(bytes, what) {
  const text = utf8(bytes, what);
  let value;
  try {
    value = JSON.parse(text, (_, each) =>
      each !== null && typeof each === "object" && !Array.isArray(each) ? Object.assign(Object.create(null), each) : each,
    );
  } catch {
    throw new Fault(`${what} is not JSON`);
  }
  uniqueKeys(text, what);
  return value;
}

/** Walks text that is valid JSON. A reviver never sees the key that came first. @param {string} text @param {string} what */
function uniqueKeys(text, what) {
  const mark = /["{}[\]:,]/g;
  /** @type {(Set<string> | undefined)[]} */
  const open = [];
  let last = "";
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    const [piece] = match;
    const keys = open.at(-1);
    if (piece === "{" || piece === "[") open.push(piece === "{" ? new Set() : undefined);
    else if (piece === "}" || piece === "]") open.pop();
    else if (piece === '"') {
      mark.lastIndex = endOfString(text, match.index) + 1;
      if (keys !== undefined && (last === "{" || last === ",")) {
        const key = JSON.parse(text.slice(match.index, mark.lastIndex));
        need(!keys.has(key) && key !== "__proto__", `${what} has the key ${key} twice`);
        keys.add(key);
      }
    }
    need(open.length <= limits.nesting, `${what} is nested too deeply`);
    last = piece;
  }
}

/** Index of the quote that ends a string. No regular expression: one would keep a place to go back to for every character. @param {string} text @param {number} start */
function endOfString(text, start) {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 0) return end;
  }
}

/** @param {unknown} value @param {string} what @returns {Json} */
function object(value, what) {
  need(value !== null && typeof value === "object" && !Array.isArray(value), `${what} is not an object`);
  return /** @type {Json} */ (value);
}

/** @param {unknown} value @param {string} what @param {number} [most] @returns {any[]} */
function list(value, what, most = 100_000) {
  need(Array.isArray(value) && value.length <= most, `${what} is not a list of at most ${most}`);
  return value;
}

/** RFC 8785: what JCS signatures cover. @param {any} value @returns {string} */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(",")}}`;
}

// ---------------------------------------------------------------------------------------------------------------------
// DER (X.690): one element, and what is inside of it

class Der {
  /** @param {number} tag @param {Bytes} whole @param {Bytes} content */
  constructor(tag, whole, content) {
    this.tag = tag;
    this.whole = whole;
    this.content = content;
  }

  /** The one element that these bytes are. @param {Bytes} bytes @param {string} what */
  static of(bytes, what) {
    const elements = Der.#split(bytes, what);
    need(elements.length === 1, `${what} is not one DER element`);
    return /** @type {Der} */ (elements[0]);
  }

  /** @param {Bytes} bytes @param {string} what @returns {Der[]} */
  static #split(bytes, what) {
    const elements = [];
    for (let at = 0; at < bytes.length; ) {
      const tag = bytes[at] ?? 0;
      let length = bytes[at + 1] ?? 0x80;
      let start = at + 2;
      if (length >= 0x80) {
        const count = length & 0x7f;
        need(count >= 1 && count <= 4 && start + count <= bytes.length, `${what} is not DER`);
        length = Buffer.from(bytes.subarray(start, start + count)).readUIntBE(0, count);
        need(length >= 0x80 && length >= 2 ** (8 * (count - 1)), `${what} is not DER: a length is not the shortest`);
        start += count;
      }
      need((tag & 0x1f) !== 0x1f && start + length <= bytes.length, `${what} is not DER, or is cut off`);
      elements.push(new Der(tag, bytes.subarray(at, start + length), bytes.subarray(start, start + length)));
      at = start + length;
    }
    return elements;
  }

  /** What it holds, in order. @param {string} what */
  inside(what) {
    return new Fields(Der.#split(this.content, what), what);
  }

  /** @param {number} tag @param {string} what */
  as(tag, what) {
    need(this.tag === tag, `${what} is of another type`);
    return this;
  }

  /** @param {string} what */
  oid(what) {
    this.as(0x06, what);
    // Arcs of 128 bits (X.667) take 19 bytes; a number that grows with each byte takes time that grows with its square.
    need(this.content.length <= limits.oidBytes, `${what} has an object identifier that is too long`);
    /** @type {bigint[]} */
    const arcs = [];
    let arc = 0n;
    for (const byte of this.content) {
      arc = (arc << 7n) | BigInt(byte & 0x7f);
      if (byte < 0x80) {
        arcs.push(arc);
        arc = 0n;
      }
    }
    const [first = 0n, ...rest] = arcs;
    const top = first < 80n ? first / 40n : 2n;
    return [top, first - top * 40n, ...rest].join(".");
  }

  /** @param {string} what */
  integer(what) {
    need(this.tag === 0x02 && this.content.length > 0 && this.content.length <= limits.integerBytes, `${what} is not a number`);
    return BigInt.asIntN(8 * this.content.length, BigInt(`0x${hex(this.content)}`));
  }

  /** @param {string} what */
  time(what) {
    const text = Buffer.from(this.content).toString("latin1");
    const match = /^(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/.exec(text);
    need(match !== null && (this.tag === 0x18) === (match[1] !== undefined), `${what} is not a time`);
    const [, century, year = "", month, day, hour, minute, second, fraction = ""] = match;
    const full = `${century ?? (year < "50" ? "20" : "19")}${year}`;
    const milliseconds = fraction.padEnd(3, "0").slice(0, 3);
    const time = new Date(`${full}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`);
    need(!Number.isNaN(time.getTime()), `${what} is not a time`);
    return time;
  }
}

/** Reads the elements of one structure in order. */
class Fields {
  #at = 0;
  /** @param {Der[]} elements @param {string} what */
  constructor(elements, what) {
    this.elements = elements;
    this.what = what;
  }

  /** @param {number} [tag] @returns {Der} */
  next(tag) {
    const element = this.elements[this.#at];
    need(element !== undefined && (tag === undefined || element.tag === tag), `${this.what} lacks a part`);
    this.#at += 1;
    return element;
  }

  /** @param {number} tag @returns {Der | undefined} */
  maybe(tag) {
    return this.elements[this.#at]?.tag === tag ? this.next() : undefined;
  }

  end() {
    need(this.#at === this.elements.length, `${this.what} has a part too many`);
  }
}

const SEQUENCE = 0x30;
const SET = 0x31;
const OCTETS = 0x04;

// ---------------------------------------------------------------------------------------------------------------------
// Keys and signatures

/** @typedef {{ family: "rsa" | "pss" | "ecdsa" | "pure", hash: string | null, salt?: number }} Algorithm */

const hashOids = new Map([
  ["2.16.840.1.101.3.4.2.1", "sha256"],
  ["2.16.840.1.101.3.4.2.2", "sha384"],
  ["2.16.840.1.101.3.4.2.3", "sha512"],
]);

/** MD5, SHA-1 and DSA are missing on purpose. @type {Map<string, Algorithm>} */
const signatureOids = new Map([
  ["1.2.840.113549.1.1.11", { family: "rsa", hash: "sha256" }],
  ["1.2.840.113549.1.1.12", { family: "rsa", hash: "sha384" }],
  ["1.2.840.113549.1.1.13", { family: "rsa", hash: "sha512" }],
  ["1.2.840.10045.4.3.2", { family: "ecdsa", hash: "sha256" }],
  ["1.2.840.10045.4.3.3", { family: "ecdsa", hash: "sha384" }],
  ["1.2.840.10045.4.3.4", { family: "ecdsa", hash: "sha512" }],
  ["1.3.101.112", { family: "pure", hash: null }],
]);

/** @param {Der} element @param {string} what */
function hashAlgorithm(element, what) {
  const fields = element.as(SEQUENCE, what).inside(what);
  const hash = hashOids.get(fields.next().oid(what));
  need(hash !== undefined, `${what}: the hash function is not accepted`);
  fields.maybe(0x05);
  fields.end();
  return hash;
}

/**
 * An AlgorithmIdentifier of a signature (RFC 4055, 5758, 8410). CMS may name the key's algorithm alone (RFC 3370).
 * @param {Der} element @param {string} what @param {string} [cmsHash] @returns {Algorithm}
 */
function signatureAlgorithm(element, what, cmsHash) {
  const fields = element.as(SEQUENCE, what).inside(what);
  const oid = fields.next().oid(what);
  if (oid === "1.2.840.113549.1.1.10") return pssAlgorithm(fields.next(SEQUENCE), what);
  const isPlainRsa = oid === "1.2.840.113549.1.1.1" && cmsHash !== undefined;
  const algorithm = isPlainRsa ? { family: /** @type {const} */ ("rsa"), hash: cmsHash } : signatureOids.get(oid);
  need(algorithm !== undefined, `${what}: the signature algorithm ${oid} is not accepted`);
  if (algorithm.family === "rsa") fields.maybe(0x05);
  fields.end();
  return algorithm;
}

/** RFC 4055, section 3.1: the hash must be named twice, and be the same. @param {Der} element @param {string} what @returns {Algorithm} */
function pssAlgorithm(element, what) {
  const fields = element.inside(what);
  const [hash, mask, salt, trailer] = [0xa0, 0xa1, 0xa2, 0xa3].map((tag) => fields.maybe(tag)?.inside(what).next());
  fields.end();
  need(hash !== undefined && mask !== undefined, `${what}: RSA-PSS with SHA-1`);
  const name = hashAlgorithm(hash, what);
  const generator = mask.inside(what);
  need(generator.next().oid(what) === "1.2.840.113549.1.1.8", `${what}: not MGF1`);
  need(hashAlgorithm(generator.next(), what) === name, `${what}: two hash functions`);
  need(trailer === undefined || trailer.integer(what) === 1n, `${what}: unknown trailer`);
  const length = salt === undefined ? 20n : salt.integer(what);
  need(length >= 0n && length <= 2048n, `${what}: salt too long`);
  return { family: "pss", hash: name, salt: Number(length) };
}

/** Names of ML-DSA keys (FIPS 204), which Node.js knows from version 24.7 on. */
const mlDsaOids = new Map([["2.16.840.1.101.3.4.3.18", "ML-DSA-65"]]);

/**
 * A SubjectPublicKeyInfo as a key of a type that is accepted.
 * @param {Bytes} spki @param {string} what @returns {crypto.KeyObject}
 */
function publicKey(spki, what) {
  const oid = Der.of(spki, what).as(SEQUENCE, what).inside(what).next(SEQUENCE).inside(what).next().oid(what);
  let key;
  try {
    key = crypto.createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  } catch {
    const postQuantum = mlDsaOids.get(oid);
    if (postQuantum !== undefined)
      throw new Unable(`this Node.js (${process.version}) cannot check ${postQuantum}: use version 24.7 or later`);
    throw new Fault(`${what} cannot be decoded`);
  }
  const { namedCurve, modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  const type = key.asymmetricKeyType ?? "";
  if (type === "rsa" || type === "rsa-pss") {
    need(modulusLength >= 2048 && modulusLength <= 16_384, `${what} is an RSA key of ${modulusLength} bits`);
    need(publicExponent >= 3n && publicExponent % 2n === 1n, `${what} is an RSA key with exponent ${publicExponent}`);
  } else if (type === "ec") {
    need(curves.has(namedCurve ?? ""), `${what} is on the curve ${namedCurve}`);
  } else {
    need(["ed25519", "ed448", "ml-dsa-65"].includes(type), `${what} is of the type ${type}`);
  }
  return key;
}

/** @param {string} pem @param {string} label @returns {Bytes[]} */
function pemBlocks(pem, label) {
  const [begin, end] = [`-----BEGIN ${label}-----`, `-----END ${label}-----`];
  const blocks = [];
  for (let at = pem.indexOf(begin); at >= 0; at = pem.indexOf(begin, at + 1)) {
    const stop = pem.indexOf(end, at);
    need(stop > at, `a PEM block ${label} has no end`);
    blocks.push(base64(pem.slice(at + begin.length, stop).replace(/[\r\n\t ]/g, ""), `PEM block ${label}`));
  }
  return blocks;
}

/** @param {crypto.KeyObject} key */
function canonicalKey(key) {
  // A point can be written in two ways; the way through JWK leaves one.
  return key.asymmetricKeyType === "ec" ? crypto.createPublicKey({ key: key.export({ format: "jwk" }), format: "jwk" }) : key;
}

/** SHA-256 of the SubjectPublicKeyInfo, which is what --expect-key compares. @param {crypto.KeyObject} key */
const keyIdOf = (key) => sha256(canonicalKey(key).export({ type: "spki", format: "der" }));

/** How bundles call a key: by PEM (OMS), by DER, in base64 (cosign), with a prefix (npm). @param {crypto.KeyObject} key */
function keyHints(key) {
  const id = keyIdOf(key);
  const short = Buffer.from(id, "hex").toString("base64");
  return [sha256(canonicalKey(key).export({ type: "spki", format: "pem" })), id, short, `SHA256:${short.replace(/=/g, "")}`];
}

/** Curves with their hash (P-256 with SHA-256, and so on), prime, order and bytes of a coordinate (SP 800-186). */
const curves = new Map([
  [
    "prime256v1",
    {
      hash: "sha256",
      size: 32,
      p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
      n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    },
  ],
  [
    "secp384r1",
    {
      hash: "sha384",
      size: 48,
      p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
      n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    },
  ],
  [
    "secp521r1",
    {
      hash: "sha512",
      size: 66,
      p: 2n ** 521n - 1n,
      n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    },
  ],
]);

/** The algorithm that the key alone determines, for envelopes and bundles. @param {crypto.KeyObject} key @returns {Algorithm} */
function algorithmOf(key) {
  const curve = curves.get(key.asymmetricKeyDetails?.namedCurve ?? "");
  if (curve !== undefined) return { family: "ecdsa", hash: curve.hash };
  need(
    ["ed25519", "ml-dsa-65"].includes(key.asymmetricKeyType ?? ""),
    `a key of the type ${key.asymmetricKeyType} does not say how it signs`,
  );
  return { family: "pure", hash: null };
}

/**
 * @param {Algorithm} algorithm @param {crypto.KeyObject} key @param {Bytes} data @param {Bytes} signature
 * @param {"der" | "ieee-p1363"} [dsaEncoding]
 */
function isSignedBy(algorithm, key, data, signature, dsaEncoding = "der") {
  const types = {
    rsa: ["rsa"],
    pss: ["rsa", "rsa-pss"],
    ecdsa: ["ec"],
    pure: ["ed25519", "ed448", "ml-dsa-65"],
  }[algorithm.family];
  if (!types.includes(key.asymmetricKeyType ?? "")) return false;
  const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_DIGEST } = crypto.constants;
  const options = {
    rsa: { padding: RSA_PKCS1_PADDING },
    pss: { padding: RSA_PKCS1_PSS_PADDING, saltLength: algorithm.salt ?? RSA_PSS_SALTLEN_DIGEST },
    ecdsa: { dsaEncoding },
    pure: {},
  }[algorithm.family];
  try {
    return crypto.verify(algorithm.hash, data, { key, ...options }, signature);
  } catch {
    return false; // OpenSSL throws where a signature cannot even be decoded.
  }
}

/**
 * ECDSA over a digest (FIPS 186-5, 6.4.2): the bytes of a model are not in the folder, their digest is. OpenSSL's
 * Diffie-Hellman multiplies the points. It gives x alone for the key's part, so both points with that x are tried; the
 * other one belongs to the negated key, which nobody else has.
 * @param {Bytes} hash @param {crypto.KeyObject} key @param {Bytes} signature
 */
function isDigestSignedBy(hash, key, signature) {
  const name = key.asymmetricKeyDetails?.namedCurve ?? "";
  const curve = curves.get(name);
  if (curve === undefined) throw new Unable("only ECDSA can be checked over a digest, and the signed bytes are not in the folder");
  const { p, n, size } = curve;
  const mod = (/** @type {bigint} */ value) => ((value % p) + p) % p;
  const number = (/** @type {Bytes} */ bytes) => BigInt(`0x${hex(bytes) || "0"}`);
  const fields = Der.of(signature, "signature").as(SEQUENCE, "signature").inside("signature");
  const [r, s] = [fields.next().integer("signature"), fields.next().integer("signature")];
  fields.end();
  if (r <= 0n || s <= 0n || r >= n || s >= n) return false;
  const w = power(s, n - 2n, n);
  const [u1, u2] = [(number(hash) * w) % n, (r * w) % n];
  if (u1 === 0n || u2 === 0n) return false;
  const times = (/** @type {bigint} */ scalar) => {
    const ecdh = crypto.createECDH(name);
    ecdh.setPrivateKey(scalar.toString(16).padStart(2 * size, "0"), "hex");
    return ecdh;
  };
  const { x: keyX = "", y: keyY = "" } = key.export({ format: "jwk" });
  const point = [keyX, keyY].map((part) => Buffer.from(part, "base64url"));
  const [qx, qy] = point.map(number);
  const b = mod(/** @type {bigint} */ (qy) ** 2n - /** @type {bigint} */ (qx) ** 3n + 3n * /** @type {bigint} */ (qx));
  const one = times(u1).getPublicKey();
  const [x1, y1] = [number(one.subarray(1, 1 + size)), number(one.subarray(1 + size))];
  const x2 = number(times(u2).computeSecret(Buffer.concat([Buffer.of(4), ...point])));
  const y2 = power(mod(x2 ** 3n - 3n * x2 + b), (p + 1n) / 4n, p);
  if (x1 === x2) return false;
  return [y2, p - y2].some((y) => {
    const slope = mod((y - y1) * power(mod(x2 - x1), p - 2n, p));
    return mod(slope * slope - x1 - x2) % n === r;
  });
}

/** @param {bigint} base @param {bigint} exponent @param {bigint} modulus */
function power(base, exponent, modulus) {
  let result = 1n;
  for (let square = base % modulus, left = exponent; left > 0n; left >>= 1n, square = (square * square) % modulus) {
    if (left & 1n) result = (result * square) % modulus;
  }
  return result;
}

// ---------------------------------------------------------------------------------------------------------------------
// Certificates (RFC 5280) and chains of them

const oids = {
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  extendedKeyUsage: "2.5.29.37",
  subjectKeyIdentifier: "2.5.29.14",
  authorityKeyIdentifier: "2.5.29.35",
  anyPurpose: "2.5.29.37.0",
  codeSigning: "1.3.6.1.5.5.7.3.3",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  certificateTimestamps: "1.3.6.1.4.1.11129.2.4.2",
  fulcioIssuer: "1.3.6.1.4.1.57264.1.1",
  fulcioIssuer2: "1.3.6.1.4.1.57264.1.8",
};

class Certificate {
  /** @param {Bytes} der */
  constructor(der) {
    const what = "certificate";
    this.der = der;
    const outer = Der.of(der, what).as(SEQUENCE, what).inside(what);
    const tbs = outer.next(SEQUENCE);
    const algorithm = outer.next(SEQUENCE);
    this.signature = bitString(outer.next(0x03), what);
    outer.end();
    this.tbs = tbs;
    this.algorithm = algorithm;
    const fields = tbs.inside(what);
    fields.maybe(0xa0);
    this.serial = fields.next().integer(what).toString(16);
    need(same(fields.next(SEQUENCE).whole, algorithm.whole), `${what}: two signature algorithms`);
    this.issuer = fields.next(SEQUENCE).whole;
    const validity = fields.next(SEQUENCE).inside(what);
    this.notBefore = validity.next().time(what);
    this.notAfter = validity.next().time(what);
    const subject = fields.next(SEQUENCE);
    this.subject = subject.whole;
    this.subjectText = nameText(subject);
    this.spki = fields.next(SEQUENCE).whole;
    this.key = publicKey(this.spki, `key of the certificate ${this.subjectText}`);
    fields.maybe(0x81);
    fields.maybe(0x82);
    /** @type {Map<string, { critical: boolean, value: Bytes }>} */
    this.extensions = new Map();
    for (const element of fields.maybe(0xa3)?.inside(what).next(SEQUENCE).inside(what).elements ?? []) {
      const extension = element.as(SEQUENCE, what).inside(what);
      const oid = extension.next().oid(what);
      const critical = (extension.maybe(0x01)?.content[0] ?? 0) !== 0;
      need(!this.extensions.has(oid), `${what}: the extension ${oid} is there twice`);
      this.extensions.set(oid, { critical, value: extension.next(OCTETS).content });
    }
    fields.end();
  }

  get fingerprint() {
    return sha256(this.der);
  }

  get keyId() {
    return keyIdOf(this.key);
  }

  /** @param {string} oid */
  #inside(oid) {
    const extension = this.extensions.get(oid);
    return extension === undefined ? undefined : Der.of(extension.value, `extension ${oid}`);
  }

  /** Undefined: no CA. @returns {{ pathLength: bigint } | undefined} */
  get authority() {
    const fields = this.#inside(oids.basicConstraints)?.inside("basicConstraints");
    const isCa = (fields?.maybe(0x01)?.content[0] ?? 0) !== 0;
    return isCa ? { pathLength: fields?.maybe(0x02)?.integer("path length") ?? 255n } : undefined;
  }

  /** Bit of keyUsage: 0 digitalSignature, 1 nonRepudiation, 5 keyCertSign. @param {number} bit @returns {boolean | undefined} */
  mayUseKeyFor(bit) {
    const usage = this.#inside(oids.keyUsage);
    if (usage === undefined) return undefined;
    const bits = usage.as(0x03, "keyUsage").content;
    return (((bits[1 + (bit >> 3)] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
  }

  /** @returns {string[]} */
  get purposes() {
    const elements = this.#inside(oids.extendedKeyUsage)?.inside("extendedKeyUsage").elements ?? [];
    return elements.map((each) => each.oid("extendedKeyUsage"));
  }

  /** Names that can be compared: e-mail, URI, host, and Fulcio's user names. @returns {{ kind: string, value: string }[]} */
  get alternativeNames() {
    const what = "subjectAltName";
    return (this.#inside(oids.subjectAltName)?.inside(what).elements ?? []).map((name) => {
      const kind =
        new Map([
          [0x81, "email"],
          [0x86, "uri"],
          [0x82, "dns"],
          [0xa0, "other"],
        ]).get(name.tag) ?? "unknown";
      const value = kind === "other" ? name.inside(what).elements[1]?.inside(what).next().content : name.content;
      return { kind, value: utf8(value ?? new Uint8Array(), what) };
    });
  }

  /** The OpenID Connect issuer that Fulcio wrote into it. @returns {string} */
  get identityIssuer() {
    const first = this.extensions.get(oids.fulcioIssuer)?.value;
    const second = this.#inside(oids.fulcioIssuer2)?.content;
    need(first === undefined || second === undefined || same(first, second), "the certificate has two issuers of its identity");
    return utf8(second ?? first ?? new Uint8Array(), "issuer of the identity");
  }
}

/** @param {Der} element @param {string} what */
function bitString(element, what) {
  need(element.content[0] === 0, `${what} has a bit string with unused bits`);
  return element.content.subarray(1);
}

const attributeNames = new Map([
  ["2.5.4.3", "CN"],
  ["2.5.4.6", "C"],
  ["2.5.4.7", "L"],
  ["2.5.4.8", "ST"],
  ["2.5.4.9", "STREET"],
  ["2.5.4.10", "O"],
  ["2.5.4.11", "OU"],
  ["0.9.2342.19200300.100.1.25", "DC"],
  ["0.9.2342.19200300.100.1.1", "UID"],
]);

/** A distinguished name as RFC 4514 text, last part first. @param {Der} name @returns {string} */
function nameText(name) {
  const what = "name";
  const parts = name.inside(what).elements.map((set) =>
    set
      .inside(what)
      .elements.map((pair) => {
        const fields = pair.inside(what);
        const oid = fields.next().oid(what);
        const value = fields.next();
        const label = attributeNames.get(oid);
        if (label === undefined || ![0x0c, 0x13, 0x16].includes(value.tag)) return `${label ?? oid}=#${hex(value.whole)}`;
        const text = utf8(value.content, what)
          .replace(/[\\"+,;<>]/g, "\\$&")
          .replace(/\0/g, "\\00");
        return `${label}=${text.replace(/^[ #]/, "\\$&").replace(/ $/, "\\ ")}`;
      })
      .join("+"),
  );
  return parts.reverse().join(",");
}

/**
 * A chain from a certificate to one of the roots, every certificate valid at the instant. Roots are trusted as they are.
 * @param {Certificate} leaf @param {Certificate[]} others certificates that are not trusted @param {Certificate[]} roots
 * @param {Date} at @param {string} [purpose] the extended key usage that is asked for @returns {Certificate[]}
 */
function chainOf(leaf, others, roots, at, purpose) {
  let steps = 0;
  /** @type {Fault | Unable} */
  let reason = new Fault(`no trusted authority issued the certificate ${leaf.subjectText || leaf.fingerprint}`);
  /** @param {Certificate[]} chain @returns {Certificate[] | undefined} */
  const extend = (chain) => {
    const last = /** @type {Certificate} */ (chain.at(-1));
    for (const issuer of [...roots, ...others]) {
      const isLoop = chain.some((each) => each.fingerprint === issuer.fingerprint);
      if (isLoop || !same(issuer.subject, last.issuer) || chain.length >= limits.chain) continue;
      steps += 1;
      need(steps <= limits.chainSteps, "too many certificates of the same name");
      try {
        requireIssued(last, issuer, at, chain, purpose);
      } catch (error) {
        if (!(error instanceof Fault || error instanceof Unable)) throw error;
        reason = error;
        continue;
      }
      const longer = [...chain, issuer];
      const whole = roots.some((root) => same(root.der, issuer.der)) ? longer : extend(longer);
      if (whole !== undefined) return whole;
    }
    return undefined;
  };
  requireUsable(leaf, at);
  need(purpose === undefined || leaf.purposes.includes(purpose), `${leaf.subjectText} is not meant for this purpose`);
  if (roots.some((root) => same(root.der, leaf.der))) return [leaf];
  const found = extend([leaf]);
  if (found === undefined) throw reason;
  return found;
}

/** @param {Certificate} certificate @param {Date} at */
function requireUsable({ notBefore, notAfter, extensions, subjectText }, at) {
  need(at >= notBefore, `the certificate ${subjectText} was not yet valid at ${instantText(at)}`);
  need(at <= notAfter, `the certificate ${subjectText} had expired at ${instantText(at)}`);
  const known = [oids.keyUsage, oids.subjectAltName, oids.basicConstraints, oids.extendedKeyUsage, oids.nameConstraints];
  for (const [oid, { critical }] of extensions) {
    need(!critical || known.includes(oid), `the certificate ${subjectText} has the critical extension ${oid}`);
  }
}

/** @param {Certificate} certificate @param {Certificate} issuer @param {Date} at @param {Certificate[]} below @param {string} [purpose] */
function requireIssued(certificate, issuer, at, below, purpose) {
  const what = `signature of the certificate ${certificate.subjectText}`;
  const algorithm = signatureAlgorithm(certificate.algorithm, what);
  need(isSignedBy(algorithm, issuer.key, certificate.tbs.whole, certificate.signature), `${what} is not by ${issuer.subjectText}`);
  requireUsable(issuer, at);
  const { authority, subjectText, purposes } = issuer;
  need(authority !== undefined && issuer.mayUseKeyFor(5) !== false, `${subjectText} is no certificate authority`);
  const counted = below.slice(1).filter((each) => !same(each.subject, each.issuer)).length;
  need(BigInt(counted) <= authority.pathLength, `the chain below ${subjectText} is longer than it allows`);
  const isLimited = purposes.length > 0 && !purposes.includes(oids.anyPurpose);
  need(purpose === undefined || !isLimited || purposes.includes(purpose), `${subjectText} is not meant for this purpose`);
  if (issuer.extensions.has(oids.nameConstraints)) throw new Unable(`${subjectText} constrains names, which this file does not check`);
}

/** @param {Date} at */
const instantText = (at) => (Number.isNaN(at.getTime()) ? "no time" : at.toISOString().replace(".000Z", "Z"));

// ---------------------------------------------------------------------------------------------------------------------
// Time stamps (RFC 3161) in CMS (RFC 5652)

const cms = {
  signedData: "1.2.840.113549.1.7.2",
  tstInfo: "1.2.840.113549.1.9.16.1.4",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
};

/**
 * @typedef {object} Tsa a time-stamping authority that is trusted
 * @property {string} name @property {string} party who runs it: two authorities of one party count once
 * @property {Certificate[]} certificates @property {Date} [from] @property {Date} [until]
 *
 * @typedef {object} Stamp
 * @property {Date} time by the authority's clock @property {Date} latest with the inaccuracy that it claims
 * @property {string} party @property {string} authority @property {Certificate[]} chain
 */

/**
 * Verifies a token (or the answer that holds it) over some bytes.
 * @param {Bytes} bytes @param {Bytes} covered @param {Tsa[]} authorities @returns {Stamp}
 */
function verifyTimestamp(bytes, covered, authorities) {
  const what = "time stamp";
  need(bytes.length <= limits.tokenBytes, `the ${what} is too large`);
  const signed = parseSignedData(tokenOf(bytes));
  const { attributes, hash, content } = signed;
  const only = (/** @type {string} */ oid) => {
    const values = attributes.get(oid) ?? [];
    need(values.length <= 1, `a signed attribute of the ${what} has several values`);
    return values[0];
  };
  need(only(cms.contentType)?.oid(what) === cms.tstInfo, `the ${what} signs another type of content`);
  need(same(only(cms.messageDigest)?.as(OCTETS, what).content, digest(hash, content)), `the ${what} signs other content (messageDigest)`);
  const info = parseTstInfo(content);
  need(same(info.imprint, digest(info.hash, covered)), `the ${what} is about something else (imprint)`);
  const bindings = [
    ...[only(cms.signingCertificate)].flatMap((each) => (each === undefined ? [] : [certificateHash(each, "sha1")])),
    ...[only(cms.signingCertificateV2)].flatMap((each) => (each === undefined ? [] : [certificateHash(each, "sha256")])),
  ];
  need(bindings.length > 0, `the ${what} does not name its certificate (ESSCertIDv2)`);
  /** @type {Fault | Unable} */
  let reason = new Fault(`no trusted authority made the ${what}`);
  for (const authority of authorities) {
    try {
      return stampBy(authority, signed, bindings, info);
    } catch (error) {
      if (!(error instanceof Fault || error instanceof Unable)) throw error;
      if (!/no trusted authority|not of this authority/.test(error.message) || authorities.length === 1) reason = error;
    }
  }
  throw reason;
}

/** The token in a TimeStampResp whose status is granted, or the token itself. @param {Bytes} bytes */
function tokenOf(bytes) {
  const what = "time stamp";
  const element = Der.of(bytes, what).as(SEQUENCE, what);
  const [first, second, ...rest] = element.inside(what).elements;
  if (first?.tag !== SEQUENCE) return element;
  const status = first.inside(what).next(0x02).integer(what);
  need(status === 0n || status === 1n, `the authority refused the ${what}: status ${status}`);
  need(second !== undefined && rest.length === 0, `the answer holds no ${what}`);
  return second;
}

/** @typedef {ReturnType<typeof parseSignedData>} SignedData @param {Der} token */
function parseSignedData(token) {
  const what = "time stamp";
  const outer = token.as(SEQUENCE, what).inside(what);
  need(outer.next().oid(what) === cms.signedData, `the ${what} is not signed data`);
  const fields = outer.next(0xa0).inside(what).next(SEQUENCE).inside(what);
  outer.end();
  need(fields.next().integer(what) === 3n, `the ${what} is of another version`);
  const hashes = fields
    .next(SET)
    .inside(what)
    .elements.map((each) => hashAlgorithm(each, what));
  const encapsulated = fields.next(SEQUENCE).inside(what);
  need(encapsulated.next().oid(what) === cms.tstInfo, `the ${what} holds another type of content`);
  const content = encapsulated.next(0xa0).inside(what).next(OCTETS).content;
  const certificates = (fields.maybe(0xa0)?.inside(what).elements ?? []).map((each) => each.whole);
  need(certificates.length <= 16, `the ${what} has too many certificates`);
  fields.maybe(0xa1);
  const signers = fields.next(SET).inside(what).elements;
  fields.end();
  const [signer] = signers;
  need(signer !== undefined && signers.length === 1, `the ${what} has ${signers.length} signers`);
  const info = signer.as(SEQUENCE, what).inside(what);
  info.next(0x02);
  const identifier = info.next();
  const hash = hashAlgorithm(info.next(SEQUENCE), what);
  need(hashes.includes(hash), `the ${what} does not list its hash function`);
  const signedAttributes = info.next(0xa0);
  const algorithm = signatureAlgorithm(info.next(SEQUENCE), what, hash);
  const signature = info.next(OCTETS).content;
  info.maybe(0xa1);
  info.end();
  /** @type {Map<string, Der[]>} */
  const attributes = new Map();
  for (const each of signedAttributes.inside(what).elements) {
    const attribute = each.inside(what);
    const oid = attribute.next().oid(what);
    need(!attributes.has(oid), `the ${what} has a signed attribute twice`);
    attributes.set(oid, attribute.next(SET).inside(what).elements);
  }
  // RFC 5652, section 5.4: signed as a SET, not with the tag that stands there.
  const signedBytes = Buffer.from(signedAttributes.whole);
  signedBytes[0] = SET;
  return { content, certificates, identifier, hash, algorithm, signature, attributes, signedBytes };
}

/** @param {Bytes} content */
function parseTstInfo(content) {
  const what = "time-stamp content";
  const fields = Der.of(content, what).as(SEQUENCE, what).inside(what);
  need(fields.next().integer(what) === 1n, `${what} of another version`);
  fields.next(0x06);
  const imprint = fields.next(SEQUENCE).inside(what);
  const hash = hashAlgorithm(imprint.next(), what);
  const hashed = imprint.next(OCTETS).content;
  const serial = fields.next().integer(what).toString(16);
  const time = fields.next(0x18).time(what);
  const accuracy = fields.maybe(SEQUENCE)?.inside(what);
  const part = (/** @type {number} */ tag) => {
    const element = accuracy?.maybe(tag);
    return element === undefined ? 0 : Number(BigInt(`0x${hex(element.content) || "0"}`));
  };
  const slack = part(0x02) * 1000 + part(0x80) + Math.ceil(part(0x81) / 1000);
  need(slack <= 86_400_000, `${what} is less accurate than a day`);
  fields.maybe(0x01);
  fields.maybe(0x02);
  fields.maybe(0xa0);
  const extensions = fields.maybe(0xa1)?.inside(what).elements ?? [];
  need(!extensions.some((each) => each.inside(what).elements[1]?.tag === 0x01), `${what} has a critical extension`);
  fields.end();
  return { hash, imprint: hashed, serial, time, latest: new Date(time.getTime() + slack) };
}

/** ESSCertID and ESSCertIDv2 (RFC 5035): which certificate the signer means. @param {Der} value @param {string} standard */
function certificateHash(value, standard) {
  const what = "signing certificate of the time stamp";
  const first = value.inside(what).next(SEQUENCE).inside(what).next(SEQUENCE).inside(what);
  const named = standard === "sha1" ? undefined : first.maybe(SEQUENCE);
  const hash = named === undefined ? standard : hashAlgorithm(named, what);
  return { hash, value: first.next(OCTETS).content };
}

/**
 * @param {Tsa} authority @param {SignedData} signed @param {{ hash: string, value: Bytes }[]} bindings
 * @param {ReturnType<typeof parseTstInfo>} info @returns {Stamp}
 */
function stampBy(authority, signed, bindings, info) {
  const own = authority.certificates;
  const embedded = signed.certificates.map((each) => new Certificate(each));
  // An authority that is named by its own certificate and not by its CA signs with that one alone.
  const allowed = own.some((each) => each.authority === undefined) ? own : [...own, ...embedded];
  const signer = allowed.find(
    (each) => isNamedBy(signed.identifier, each) && bindings.every(({ hash, value }) => same(digest(hash, each.der), value)),
  );
  need(signer !== undefined, `the signer is not of this authority (${authority.name})`);
  need(
    isSignedBy(signed.algorithm, signer.key, signed.signedBytes, signed.signature),
    `the signature of the time stamp is not by ${signer.subjectText}`,
  );
  const purpose = signer.extensions.get(oids.extendedKeyUsage);
  const isOnlyForTime = signer.purposes.length === 1 && signer.purposes[0] === oids.timeStamping && purpose?.critical === true;
  need(isOnlyForTime, `${signer.subjectText} is no time-stamping certificate (extended key usage)`);
  need(signer.mayUseKeyFor(0) !== false || signer.mayUseKeyFor(1) === true, `${signer.subjectText} may not sign`);
  requireWindow(authority, info.time, `the authority ${authority.name}`);
  const authorities = own.filter((each) => each.authority !== undefined);
  const candidates = authorities.length > 0 ? authorities : own;
  const roots = candidates.filter((each) => !own.some((other) => !same(other.der, each.der) && same(other.subject, each.issuer)));
  const chain = chainOf(signer, [...own, ...embedded], roots, info.time, oids.timeStamping);
  return { time: info.time, latest: info.latest, party: authority.party, authority: authority.name, chain };
}

/** SignerIdentifier: issuer and serial number, or the key identifier. @param {Der} identifier @param {Certificate} certificate */
function isNamedBy(identifier, certificate) {
  const what = "signer of the time stamp";
  if (identifier.tag === SEQUENCE) {
    const fields = identifier.inside(what);
    return same(fields.next(SEQUENCE).whole, certificate.issuer) && fields.next().integer(what).toString(16) === certificate.serial;
  }
  const extension = certificate.extensions.get(oids.subjectKeyIdentifier);
  return identifier.tag === 0x80 && extension !== undefined && same(Der.of(extension.value, what).content, identifier.content);
}

/** @param {{ from?: Date | undefined, until?: Date | undefined }} window @param {Date} at @param {string} what */
function requireWindow({ from, until }, at, what) {
  need(from === undefined || at >= from, `${what} was not yet trusted at ${instantText(at)}`);
  need(until === undefined || at <= until, `${what} was no longer trusted at ${instantText(at)}`);
}

// ---------------------------------------------------------------------------------------------------------------------
// Merkle trees (RFC 6962) and signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof)

/** @param {Bytes} entry */
const leafHash = (entry) => digest("sha256", Buffer.of(0), entry);
/** @param {Bytes} left @param {Bytes} right */
const nodeHash = (left, right) => digest("sha256", Buffer.of(1), left, right);

/** The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2). @param {bigint} index @param {bigint} size @param {Bytes} leaf @param {Bytes[]} proof */
function rootOfProof(index, size, leaf, proof) {
  need(index >= 0n && index < size, "the index of the log proof lies outside of the log");
  let [at, last, hash] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    need(last > 0n, "the log proof has too many hashes");
    if ((at & 1n) === 1n || at === last) {
      hash = nodeHash(sibling, hash);
      while ((at & 1n) === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else hash = nodeHash(hash, sibling);
    [at, last] = [at >> 1n, last >> 1n];
  }
  need(last === 0n, "the log proof has too few hashes");
  return hash;
}

/** The root of a whole tree from its leaf hashes. @param {Bytes[]} leaves */
function rootOfLeaves(leaves) {
  /** @type {{ size: number, hash: Bytes }[]} */
  const complete = [];
  for (const leaf of leaves) {
    let node = { size: 1, hash: leaf };
    while (complete.at(-1)?.size === node.size) {
      const left = /** @type {{ size: number, hash: Bytes }} */ (complete.pop());
      node = { size: 2 * node.size, hash: nodeHash(left.hash, node.hash) };
    }
    complete.push(node);
  }
  const hashes = complete.map((each) => each.hash);
  return hashes.length === 0 ? digest("sha256") : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** @typedef {{ name: string, hint: string, value: Bytes }} NoteSignature */

/** A note with its signatures; the signed text ends at the one empty line. @param {string} text @param {string} what */
function parseNote(text, what) {
  const [body, block, ...rest] = text.split("\n\n");
  need(body !== undefined && block !== undefined && rest.length === 0 && block.endsWith("\n"), `${what} is no signed note`);
  const signatures = block
    .slice(0, -1)
    .split("\n")
    .map((line) => {
      const [dash, name = "", encoded, ...more] = line.split(" ");
      const bytes = base64(encoded, `a signature of ${what}`);
      need(dash === "\u2014" && name !== "" && more.length === 0 && bytes.length > 4, `a signature of ${what} is malformed`);
      return { name, hint: hex(bytes.subarray(0, 4)), value: bytes.subarray(4) };
    });
  return { body: `${body}\n`, signatures };
}

/** @param {string} text @param {string} what */
function parseCheckpoint(text, what) {
  const note = parseNote(text, what);
  const [origin = "", size = "", root, ...extensions] = note.body.slice(0, -1).split("\n");
  need(origin !== "" && /^(?:0|[1-9]\d{0,18})$/.test(size) && !extensions.includes(""), `${what} is no checkpoint`);
  const rootHash = base64(root, `root of ${what}`);
  need(rootHash.length === 32, `${what} has no SHA-256 as its root`);
  return { ...note, origin, size: BigInt(size), rootHash };
}

/**
 * A verifier key (C2SP signed-note): NAME+HASH+BASE64 of a type and a key. Type 1 is Ed25519, type 4 a witness.
 * @typedef {{ name: string, hint: string, type: number, key: crypto.KeyObject }} NoteKey
 * @param {string} text @returns {NoteKey}
 */
function parseNoteKey(text) {
  const [name = "", hint = "", ...rest] = text.split("+");
  const bytes = base64(rest.join("+"), "key of a log");
  const [type = 0] = bytes;
  need(name !== "" && bytes.length === 33 && (type === 1 || type === 4), `the key of ${name} is of another type`);
  need(sha256(name, "\n", bytes).slice(0, 8) === hint, `the key of ${name} has another hash`);
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), bytes.subarray(1)]);
  return { name, hint, type, key: publicKey(spki, `key of ${name}`) };
}

/** Names of those that signed a note. A signature by a known key that does not verify is refused. @param {ReturnType<typeof parseNote>} note @param {NoteKey[]} keys */
function noteSigners({ body, signatures }, keys) {
  return keys.filter(({ name, hint, type, key }) => {
    const own = signatures.filter((each) => each.name === name && each.hint === hint);
    for (const { value } of own) {
      const time = type === 4 ? Buffer.from(value.subarray(0, 8)).readBigUInt64BE() : 0n;
      const signed = type === 4 ? `cosignature/v1\ntime ${time}\n${body}` : body;
      const signature = type === 4 ? value.subarray(8) : value;
      need(
        isSignedBy({ family: "pure", hash: null }, key, Buffer.from(signed), signature),
        `the signature of ${name} on the checkpoint is not good`,
      );
    }
    return own.length > 0;
  });
}

/** The policy of a log (C2SP tlog-policy): keys of logs and witnesses, and who must have signed. @param {string} text */
function parseLogPolicy(text) {
  /** @type {NoteKey[]} */ const logs = [];
  /** @type {Map<string, { key: NoteKey } | { most: number, members: string[] }>} */
  const witnesses = new Map();
  let quorum = "none";
  for (const line of text
    .split("\n")
    .map((each) => each.trim())
    .filter((each) => each !== "" && !each.startsWith("#"))) {
    const [keyword, first = "", second = "", ...rest] = line.split(/[ \t]+/);
    if (keyword === "log") logs.push(parseNoteKey(first));
    else if (keyword === "witness") witnesses.set(first, { key: parseNoteKey(second) });
    else if (keyword === "group")
      witnesses.set(first, {
        most: second === "any" ? 1 : second === "all" ? rest.length : Number(second),
        members: rest,
      });
    else if (keyword === "quorum") quorum = first;
    else throw new Fault(`the policy of the log has an unknown line: ${keyword}`);
  }
  const keys = [...witnesses.values()].flatMap((each) => ("key" in each ? [each.key] : []));
  /** @param {Set<string>} signed names of witnesses @param {string} name @returns {boolean} */
  const isMet = (signed, name, depth = 0) => {
    const found = witnesses.get(name);
    need(depth < 8 && (name === "none" || found !== undefined), `the policy of the log does not say who ${name} is`);
    if (found === undefined) return true;
    if ("key" in found) return signed.has(found.key.name);
    need(Number.isInteger(found.most) && found.most >= 1, "a group of the log's policy asks for no number");
    return found.members.filter((each) => isMet(signed, each, depth + 1)).length >= found.most;
  };
  return {
    logs,
    witnesses: keys,
    isQuorum: (/** @type {Set<string>} */ signed) => isMet(signed, quorum),
    quorum,
  };
}

/** A tlog-proof: one entry is in the log whose checkpoint comes along. @param {string} text @param {Bytes} entry @param {ReturnType<typeof parseLogPolicy>} policy */
function verifyTlogProof(text, entry, policy) {
  const end = text.indexOf("\n\n");
  const [head, ...lines] = text.slice(0, Math.max(end, 0)).split("\n");
  need(end > 0 && head === "c2sp.org/tlog-proof@v1", "it is no log proof");
  const rest = lines[0]?.startsWith("extra ") ? lines.slice(1) : lines;
  const index = /^index (0|[1-9]\d{0,18})$/.exec(rest[0] ?? "")?.[1];
  need(index !== undefined && rest.length <= 65, "the log proof has no index");
  const hashes = rest.slice(1).map((each) => base64(each, "a hash of the log proof"));
  need(
    hashes.every((each) => each.length === 32),
    "a hash of the log proof is no SHA-256",
  );
  const checkpoint = parseCheckpoint(text.slice(end + 2), "the checkpoint of the log proof");
  const root = rootOfProof(BigInt(index), checkpoint.size, leafHash(entry), hashes);
  need(same(root, checkpoint.rootHash), "the log proof is not about this entry");
  requireLog(checkpoint, policy);
  const witnesses = noteSigners(checkpoint, policy.witnesses).map(({ name }) => name);
  if (!policy.isQuorum(new Set(witnesses)))
    throw new Unable(`the log proof lacks cosignatures that the policy asks for (${policy.quorum})`);
  return { index: Number(index), witnesses };
}

/** @param {ReturnType<typeof parseCheckpoint>} checkpoint @param {ReturnType<typeof parseLogPolicy>} policy */
function requireLog(checkpoint, policy) {
  const logs = noteSigners(checkpoint, policy.logs);
  need(
    logs.some(({ name }) => name === checkpoint.origin),
    `no log of the policy signed the checkpoint of ${checkpoint.origin}`,
  );
}

// ---------------------------------------------------------------------------------------------------------------------
// The trust root: whom to believe. Either the folder's copy, or the auditor's own.

/**
 * @typedef {object} Log @property {string} id hexadecimal @property {string[]} origins @property {crypto.KeyObject} key
 * @property {string} party @property {Date | undefined} from @property {Date | undefined} until
 *
 * @typedef {object} Authority a CA or a Sigstore instance
 * @property {string} name @property {Json} entry @property {Certificate[]} certificates of a CA
 * @property {Log[]} logs @property {Log[]} ctLogs
 * @property {{ certificates: Certificate[], from: Date | undefined, until: Date | undefined }[]} issuers of Sigstore
 *
 * @typedef {object} Trust
 * @property {string} digest of trust.json @property {Json[]} identities @property {Json[]} revocations
 * @property {Map<string, { identity: Json, key: crypto.KeyObject }>} keys by hint @property {string[]} unusable
 * @property {Authority[]} authorities @property {Tsa[]} tsas
 */

/** @param {(name: string) => Bytes} read a file of the trust root @returns {Trust} */
function loadTrust(read) {
  const bytes = read("trust.json");
  const root = object(json(bytes, "trust.json"), "trust.json");
  need(root["version"] === 1, "trust.json is of another version");
  /** @type {Trust} */
  const trust = {
    digest: sha256(bytes),
    identities: list(root["identities"], "identities"),
    revocations: list(root["revocations"], "revocations"),
    keys: new Map(),
    unusable: [],
    authorities: [],
    tsas: [],
  };
  for (const identity of trust.identities) {
    if (identity["kind"] !== "key") continue;
    const [spki] = pemBlocks(identity["publicKey"], "PUBLIC KEY");
    need(spki !== undefined, `the identity ${identity["name"]} has no key`);
    try {
      const key = publicKey(spki, `key of ${identity["name"]}`);
      need(keyIdOf(key) === identity["keyId"], `the key of ${identity["name"]} has another id`);
      for (const hint of keyHints(key)) trust.keys.set(hint, { identity, key });
    } catch (error) {
      if (!(error instanceof Unable)) throw error;
      trust.unusable.push(identity["keyId"], sha256(identity["publicKey"]));
    }
  }
  for (const entry of list(root["authorities"] ?? [], "authorities")) {
    need(/^authorities\/[A-Za-z0-9][A-Za-z0-9._@+-]*$/.test(entry["file"]), "an authority names a file elsewhere");
    const file = read(entry["file"]);
    need(sha256(file) === entry["sha256"], `the file of the authority ${entry["name"]} has another digest`);
    if (entry["kind"] === "sigstore") addSigstore(trust, entry, file);
    else {
      const certificates = pemBlocks(Buffer.from(file).toString("latin1"), "CERTIFICATE").map((der) => new Certificate(der));
      const window = { from: dateOf(entry["validFrom"]), until: dateOf(entry["validUntil"]) };
      if (entry["kind"] === "tsa")
        trust.tsas.push({
          name: entry["name"],
          party: entry["name"],
          certificates,
          .../** @type {any} */ (window),
        });
      else
        trust.authorities.push({
          name: entry["name"],
          entry,
          certificates,
          logs: [],
          ctLogs: [],
          issuers: [],
        });
    }
  }
  return trust;
}

/** @param {unknown} text @returns {Date | undefined} */
function dateOf(text) {
  if (text === undefined) return undefined;
  const isTime = typeof text === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text);
  const date = new Date(isTime ? text : Number.NaN);
  need(!Number.isNaN(date.getTime()), "a time is not RFC 3339");
  return date;
}

/** A trusted_root.json of Sigstore. @param {Trust} trust @param {Json} entry @param {Bytes} file */
function addSigstore(trust, entry, file) {
  const document = object(json(file, "trusted_root.json"), "trusted_root.json");
  const root = document["trustedRoot"] ?? document;
  const log = (/** @type {Json} */ each) => {
    const der = base64(each["publicKey"]["rawBytes"], "key of a log");
    const isPkcs1 = String(each["publicKey"]["keyDetails"]).startsWith("PKCS1_");
    const key = isPkcs1 ? crypto.createPublicKey({ key: der, format: "der", type: "pkcs1" }) : publicKey(der, "key of a log");
    const { from, until } = windowOf(each["publicKey"]);
    const id = each["logId"] === undefined ? sha256(der) : hex(base64(each["logId"]["keyId"], "id of a log"));
    const url = new URL(each["baseUrl"].includes("://") ? each["baseUrl"] : `https://${each["baseUrl"]}`);
    const origins = [`${url.host}${url.pathname.replace(/\/$/, "")}`, url.host, url.hostname];
    return { id, origins, key, party: each["operator"] ?? id, from, until };
  };
  const isKnown = (/** @type {Json} */ each) => each["hashAlgorithm"] === "SHA2_256";
  const chain = (/** @type {Json} */ each) =>
    list(each["certChain"]["certificates"], "certificates").map((one) => new Certificate(base64(one["rawBytes"], "certificate")));
  const name = entry["name"];
  trust.authorities.push({
    name,
    entry,
    certificates: [],
    logs: list(root["tlogs"] ?? [], "tlogs")
      .filter(isKnown)
      .map(log),
    ctLogs: list(root["ctlogs"] ?? [], "ctlogs")
      .filter(isKnown)
      .map(log),
    issuers: list(root["certificateAuthorities"] ?? [], "certificateAuthorities").map((each) => ({
      certificates: chain(each),
      ...windowOf(each),
    })),
  });
  for (const [index, each] of list(root["timestampAuthorities"] ?? [], "timestampAuthorities").entries()) {
    const party = each["operator"] ?? `${each["uri"] || "time stamp authority"} (${index + 1})`;
    trust.tsas.push({ name, party, certificates: chain(each), .../** @type {any} */ (windowOf(each)) });
  }
}

/** Its start must be stated: what has none would have been good for ever. @param {Json} holder */
function windowOf(holder) {
  const from = dateOf(holder["validFor"]?.["start"]);
  need(from !== undefined, "trusted_root.json does not say from when on a key counts");
  return { from, until: dateOf(holder["validFor"]?.["end"] ?? undefined) }; // ProtoJSON: null is absent
}

/**
 * When a signature is judged: at the times that are proven for it; without any, when the seal proves that it existed;
 * without a time stamp on the seal, now.
 * @typedef {{ now: Date, sealed: Date | undefined }} Moment
 * @typedef {{ time: Date, earliest: Date, party: string, source: string, authority: string }} Proof
 */

/** @param {Proof[]} proofs @param {Moment} moment */
function instantsOf(proofs, { now, sealed }) {
  const limit = sealed ?? now;
  for (const { earliest } of proofs) need(earliest <= limit, `it is proven to be younger than ${instantText(limit)}`);
  return proofs.length === 0 ? [limit] : proofs.flatMap(({ earliest, time }) => [earliest, time]);
}

/** @param {Bytes[]} tokens @param {Bytes} covered @param {Tsa[]} tsas @param {Trust} trust @param {Moment} moment @returns {Proof[]} */
function provenTimes(tokens, covered, tsas, trust, moment) {
  return tokens.map((token) => {
    const stamp = verifyTimestamp(token, covered, tsas);
    refuseRevoked(trust, { authority: stamp.authority, chain: stamp.chain }, [moment.now]);
    return {
      time: stamp.latest,
      earliest: stamp.time,
      party: stamp.party,
      source: "rfc3161",
      authority: stamp.authority,
    };
  });
}

/**
 * A revocation counts from its instant on, unless everything proven lies before.
 * @param {Trust} trust @param {{ identity?: Json, keyId?: string, authority?: string, chain?: Certificate[] }} material @param {Date[]} instants
 */
function refuseRevoked(trust, { identity, keyId, authority, chain = [] }, instants) {
  for (const each of trust.revocations) {
    const revokedAt = dateOf(each["revokedAt"]);
    need(revokedAt !== undefined, "a revocation has no date");
    const isMeant =
      (identity !== undefined && each["identity"] === identity["name"]) ||
      (each["keyId"] !== undefined && [keyId, identity?.["keyId"], ...chain.map((one) => one.keyId)].includes(each["keyId"])) ||
      (each["authority"] !== undefined && each["authority"] === authority && chain.some((one) => one.serial === each["serialNumber"]));
    need(!isMeant || instants.every((at) => at < revokedAt), `revoked at ${instantText(revokedAt)}: ${each["reason"]}`);
  }
}

/** @param {Trust} trust @param {Json} identity @param {string} usage @param {Date[]} instants @param {{ keyId?: string, authority?: string, chain?: Certificate[] }} material */
function requireIdentity(trust, identity, usage, instants, material) {
  refuseRevoked(trust, { identity, ...material }, instants);
  const window = { from: dateOf(identity["validFrom"]), until: dateOf(identity["validUntil"]) };
  for (const at of instants) requireWindow(window, at, `the identity ${identity["name"]}`);
  need(list(identity["usages"], "usages").includes(usage), `the identity ${identity["name"]} may not vouch for a ${usage}`);
}

// ---------------------------------------------------------------------------------------------------------------------
// Signatures: what was signed, by whom, when

/**
 * @typedef {object} Signed what a signature file holds
 * @property {string} form for the printed line
 * @property {Bytes | undefined} payload of an envelope, or the bytes that were signed
 * @property {string} payloadType @property {{ algorithm: string, value: Bytes } | undefined} message digest of a bare signature
 * @property {Bytes} signature @property {(key: crypto.KeyObject) => boolean} isBy
 * @property {Bytes[]} certificates leaf first; none if a key signed @property {string} hint names the key
 * @property {Json[]} logEntries as bundles hold them @property {Bytes[]} tokens @property {Bytes} stamped what they cover
 * @property {Proof[]} [stated] times that a signing authority states
 * @property {boolean} [needsProof] each log entry must come with an inclusion proof: all bundles but the oldest
 *
 * @typedef {object} Signer
 * @property {string} identity its name in the trust root @property {string} keyId @property {string} method
 * @property {Proof[]} proofs @property {Date[]} instants when it was judged
 */

/** DSSE, pre-authentication encoding. @param {string} type @param {Bytes} payload */
const pae = (type, payload) => Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);

const inToto = "application/vnd.in-toto+json";

/** Who signed: by a key of the trust root, by a certificate of a CA, or by a Sigstore identity. @param {Signed} signed @param {string} usage @param {Trust} trust @param {Moment} moment @returns {Signer} */
function signerOf(signed, usage, trust, moment) {
  const [der] = signed.certificates;
  if (der === undefined) return signerByKey(signed, usage, trust, moment);
  const leaf = new Certificate(der);
  need(signed.isBy(leaf.key), "the signature is not by the key of its certificate");
  const isFulcio = leaf.extensions.has(oids.fulcioIssuer) || leaf.extensions.has(oids.fulcioIssuer2) || signed.logEntries.length > 0;
  const kind = isFulcio ? "sigstore" : "ca";
  /** @type {Error} */
  let reason = new Fault(`the trust root has no authority of the kind ${kind}`);
  for (const authority of trust.authorities.filter((each) => each.entry["kind"] === kind)) {
    try {
      return isFulcio
        ? signerBySigstore(signed, leaf, authority, usage, trust, moment)
        : signerByCa(signed, leaf, authority, usage, trust, moment);
    } catch (error) {
      if (!(error instanceof Fault || error instanceof Unable)) throw error;
      reason = error;
    }
  }
  throw reason;
}

/** @param {Signed} signed @param {string} usage @param {Trust} trust @param {Moment} moment @returns {Signer} */
function signerByKey(signed, usage, trust, moment) {
  const found = trust.keys.get(signed.hint);
  if (found === undefined && trust.unusable.includes(signed.hint)) {
    throw new Unable(`this Node.js (${process.version}) cannot check the key ${signed.hint}: use version 24.7 or later`);
  }
  need(found !== undefined, `the trust root has no key ${plain(signed.hint) || "(unnamed)"}`);
  const { identity, key } = found;
  need(signed.isBy(key), `the signature is not by the key of ${identity["name"]}`);
  let proofs = provenTimes(signed.tokens, signed.stamped, trust.tsas, trust, moment);
  const instances = trust.authorities.filter((each) => each.entry["kind"] === "sigstore");
  if (signed.logEntries.length > 0 && instances.length > 0) {
    const spki = key.export({ type: "spki", format: "der" });
    proofs = firstOf(instances, (each) => provenByLogs(signed, { kind: "key", der: spki }, each, trust, moment));
  }
  const instants = instantsOf(proofs, moment);
  requireIdentity(trust, identity, usage, instants, {});
  return { identity: identity["name"], keyId: keyIdOf(key), method: "key", proofs, instants };
}

/** @template T, R @param {T[]} candidates @param {(candidate: T) => R} attempt @returns {R} */
function firstOf(candidates, attempt) {
  /** @type {unknown} */
  let reason = new Fault("there is none");
  for (const each of candidates) {
    try {
      return attempt(each);
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

/** @param {Signed} signed @param {Certificate} leaf @param {Authority} authority @param {string} usage @param {Trust} trust @param {Moment} moment @returns {Signer} */
function signerByCa(signed, leaf, authority, usage, trust, moment) {
  need(leaf.mayUseKeyFor(0) === true || leaf.purposes.includes(oids.codeSigning), `${leaf.subjectText} may not sign`);
  const proofs = [...provenTimes(signed.tokens, signed.stamped, trust.tsas, trust, moment), ...(signed.stated ?? [])];
  const instants = instantsOf(proofs, moment);
  const others = signed.certificates.slice(1).map((der) => new Certificate(der));
  /** @type {Certificate[]} */
  let chain = [];
  for (const at of instants) {
    requireWindow(
      { from: dateOf(authority.entry["validFrom"]), until: dateOf(authority.entry["validUntil"]) },
      at,
      `the authority ${authority.name}`,
    );
    chain = chainOf(leaf, others, authority.certificates, at);
  }
  const names = leaf.alternativeNames.map(({ value }) => value);
  const named = trust.identities.filter(
    (each) =>
      each["kind"] === "x509" &&
      each["authority"] === authority.name &&
      (each["subject"] === undefined || each["subject"] === leaf.subjectText) &&
      (each["subjectAltName"] === undefined || names.includes(each["subjectAltName"])),
  );
  const identity = chooseIdentity(trust, named, usage, instants, { authority: authority.name, chain }, leaf.subjectText);
  return { identity, keyId: leaf.keyId, method: "certificate", proofs, instants };
}

/** Of several entries for one signer a revoked one decides. @param {Trust} trust @param {Json[]} named @param {string} usage @param {Date[]} instants @param {{ authority: string, chain: Certificate[] }} material @param {string} who */
function chooseIdentity(trust, named, usage, instants, material, who) {
  need(named.length > 0, `the trust root does not name ${plain(who)} under ${material.authority}`);
  for (const each of named) refuseRevoked(trust, { identity: each, ...material }, instants);
  return firstOf(named, (each) => {
    requireIdentity(trust, each, usage, instants, material);
    return String(each["name"]);
  });
}

/** @param {Signed} signed @param {Certificate} leaf @param {Authority} instance @param {string} usage @param {Trust} trust @param {Moment} moment @returns {Signer} */
function signerBySigstore(signed, leaf, instance, usage, trust, moment) {
  need(leaf.authority === undefined, "the signing certificate is an authority's");
  need(leaf.mayUseKeyFor(0) === true && leaf.purposes.includes(oids.codeSigning), "the signing certificate may not sign code");
  const proofs = provenByLogs(signed, { kind: "certificate", der: leaf.der }, instance, trust, moment);
  const instants = instantsOf(proofs, moment);
  /** @type {Certificate[]} */
  let chain = [];
  for (const at of instants) {
    const issuers = instance.issuers.filter(({ certificates: [first] }) => first !== undefined && same(first.subject, leaf.issuer));
    need(issuers.length > 0, "no authority of the Sigstore instance issued the certificate");
    chain = firstOf(issuers, (issuer) => {
      requireWindow(issuer, at, `the authority of ${instance.name}`);
      return chainOf(leaf, issuer.certificates.slice(0, -1), issuer.certificates.slice(-1), at, oids.codeSigning);
    });
  }
  requireCertificateLogs(leaf, /** @type {Certificate} */ (chain[1]), instance, moment.now);
  const [name, ...more] = leaf.alternativeNames;
  need(
    name !== undefined && more.length === 0 && ["email", "uri", "other"].includes(name.kind),
    "the signing certificate does not name one identity",
  );
  const issuer = leaf.identityIssuer;
  const own = trust.identities.filter(
    (each) => each["kind"] === "sigstore" && each["authority"] === instance.name && each["issuer"] === issuer,
  );
  const exact = own.filter((each) => each["subjectAltName"] === name.value);
  const byPattern = own.filter((each) => each["subjectAltNameGlob"] !== undefined && isLike(name.value, each["subjectAltNameGlob"]));
  const who = `${name.value} (issuer ${issuer})`;
  const identity = chooseIdentity(trust, [...exact, ...byPattern], usage, instants, { authority: instance.name, chain }, who);
  return { identity, keyId: leaf.keyId, method: "sigstore", proofs, instants };
}

/** A glob over the whole text: `*` and `?` stop at `/`, `**` does not. Takes time of text times pattern, never more. @param {string} text @param {string} glob */
function isLike(text, glob) {
  let reached = [0];
  for (const part of glob.split(/(\*\*|\*|\?)/).filter((each) => each !== "")) {
    reached = [...new Set(reached.flatMap((from) => reachable(text, part, from)))];
  }
  return reached.includes(text.length);
}

/** Where a part of a glob can end that begins at `from`. @param {string} text @param {string} part @param {number} from @returns {number[]} */
function reachable(text, part, from) {
  if (part === "?") return from < text.length && text[from] !== "/" ? [from + 1] : [];
  if (!part.startsWith("*")) return text.startsWith(part, from) ? [from + part.length] : [];
  const slash = text.indexOf("/", from);
  const end = part === "*" && slash >= 0 ? slash : text.length;
  return Array.from({ length: end - from + 1 }, (_, index) => from + index);
}

/**
 * Times that logs and time stamps prove under one Sigstore instance, with its thresholds.
 * @param {Signed} signed @param {{ kind: "key" | "certificate", der: Bytes }} signer @param {Authority} instance @param {Trust} trust @param {Moment} moment @returns {Proof[]}
 */
function provenByLogs(signed, signer, instance, trust, moment) {
  const tsas = trust.tsas.filter((each) => each.name === instance.name);
  const proofs = provenTimes(signed.tokens, signed.stamped, tsas, trust, moment);
  const parties = new Set();
  const seen = new Set();
  /** @type {Log[]} */
  const logs = [];
  for (const entry of signed.logEntries) {
    const body = base64(entry["canonicalizedBody"], "body of the log entry");
    const id = hex(base64(entry["logId"]?.["keyId"], "id of the log"));
    need(!seen.has(`${id} ${hex(body)}`), "a log entry is there twice");
    seen.add(`${id} ${hex(body)}`);
    const log = instance.logs.find((each) => each.id === id);
    need(log !== undefined, `the log ${id} is not one of ${instance.name}`);
    requireLogged(json(body, "body of the log entry"), signed, signer);
    need(entry["inclusionProof"] !== undefined || signed.needsProof !== true, "a log entry has no inclusion proof");
    const time = requireEntry(entry, body, log);
    refuseRevoked(trust, { keyId: keyIdOf(log.key) }, [moment.now]);
    if (time !== undefined)
      proofs.push({
        time,
        earliest: time,
        party: log.party,
        source: "transparency-log",
        authority: instance.name,
      });
    parties.add(log.party);
    logs.push(log);
  }
  const { log, time } = instance.entry["thresholds"];
  need(parties.size >= log, `it is in ${parties.size} transparency logs of ${instance.name}, needed are ${log}`);
  need(new Set(proofs.map((each) => each.party)).size >= time, `its time is proven by fewer than ${time} parties of ${instance.name}`);
  for (const each of logs) for (const at of instantsOf(proofs, moment)) requireWindow(each, at, "the log");
  return proofs;
}

/** The promise and the proof of a log. At least one must be there. @param {Json} entry @param {Bytes} body @param {Log} log @returns {Date | undefined} */
function requireEntry(entry, body, log) {
  const { inclusionPromise: promise, inclusionProof: proof } = entry;
  need(promise !== undefined || proof !== undefined, "a log entry has neither promise nor proof");
  const integratedTime = Number(entry["integratedTime"] ?? 0);
  need(Number.isSafeInteger(integratedTime) && integratedTime >= 0, "a log entry has no time");
  if (proof !== undefined) {
    const hashes = list(proof["hashes"] ?? [], "hashes", 64).map((each) => base64(each, "hash of the log proof"));
    const text = proof["checkpoint"]?.["envelope"];
    need(typeof text === "string" && text.length < 65_536, "the log proof has no checkpoint");
    const checkpoint = parseCheckpoint(text, "checkpoint");
    const root = rootOfProof(BigInt(proof["logIndex"] ?? 0), checkpoint.size, leafHash(body), hashes);
    need(same(root, checkpoint.rootHash) && same(root, base64(proof["rootHash"], "root")), "the log proof is not about this entry");
    need(BigInt(proof["treeSize"] ?? 0) === checkpoint.size, "the checkpoint is for another size of the log");
    const own = checkpoint.signatures.filter(({ hint }) => log.id.startsWith(hint));
    const isLogs = (/** @type {NoteSignature} */ { name }) =>
      log.origins.includes(name) &&
      (checkpoint.origin === name ||
        (checkpoint.origin.startsWith(`${name} - `) && /^\d{1,20}$/.test(checkpoint.origin.slice(name.length + 3))));
    need(own.length > 0 && own.every(isLogs), "the log did not sign the checkpoint");
    need(
      own.every(({ value }) => isSignedBy(logAlgorithm(log.key), log.key, Buffer.from(checkpoint.body), value)),
      "the signature of the log on the checkpoint is not good",
    );
  }
  if (promise === undefined) return undefined;
  const promised = canonical({
    body: entry["canonicalizedBody"],
    integratedTime,
    logID: log.id,
    logIndex: Number(entry["logIndex"] ?? 0),
  });
  const value = base64(promise["signedEntryTimestamp"], "promise of the log");
  need(isSignedBy(logAlgorithm(log.key), log.key, Buffer.from(promised), value), "the promise of the log is not good");
  return new Date(integratedTime * 1000);
}

/** @type {Map<string, Algorithm["family"]>} */
const logFamilies = new Map([
  ["ec", "ecdsa"],
  ["rsa", "rsa"],
  ["ed25519", "pure"],
]);

/** Logs sign with SHA-256 whatever their curve. @param {crypto.KeyObject} key @returns {Algorithm} */
function logAlgorithm(key) {
  const family = logFamilies.get(key.asymmetricKeyType ?? "");
  need(family !== undefined, "the key of a log is of another type");
  return { family, hash: family === "pure" ? null : "sha256" };
}

/** An entry must be about this signature, this content and this key: each was once forgotten (CVE-2022-36056, CVE-2026-22703). @param {Json} body @param {Signed} signed @param {{ kind: string, der: Bytes }} signer */
function requireLogged(body, signed, signer) {
  const { signature, hash, of, verifier } = loggedIn(body);
  need(same(signature, signed.signature), "the log entry is about another signature");
  const algorithm = String(hash.algorithm).toLowerCase().replace("sha2_", "sha");
  need(["sha256", "sha384", "sha512"].includes(algorithm), "the log entry has another hash function");
  const expected =
    signed.message !== undefined
      ? signed.message.algorithm === algorithm
        ? signed.message.value
        : undefined
      : digest(
          algorithm,
          of === "payload"
            ? (signed.payload ?? "")
            : signed.payloadType === ""
              ? (signed.payload ?? "")
              : pae(signed.payloadType, signed.payload ?? new Uint8Array()),
        );
  need(same(hash.value, expected), "the log entry is about other content");
  const isSame =
    signer.kind === "certificate"
      ? same(verifier.certificate, signer.der)
      : verifier.key !== undefined && keyIdOf(publicKey(verifier.key, "key of the log entry")) === keyIdOf(publicKey(signer.der, "key"));
  need(isSame, `the log entry names another ${signer.kind}`);
}

/** The kinds of entries: Rekor v1 (hashedrekord 0.0.1, dsse 0.0.1, intoto 0.0.2) and v2 (hashedrekord, dsse 0.0.2). @param {Json} body */
function loggedIn(body) {
  const { kind, apiVersion, spec } = body;
  const pem = (/** @type {unknown} */ text) => {
    const decoded = Buffer.from(base64(text, "verifier of the log entry")).toString("latin1");
    return { certificate: pemBlocks(decoded, "CERTIFICATE")[0], key: pemBlocks(decoded, "PUBLIC KEY")[0] };
  };
  const plainHash = (/** @type {Json} */ hash) => ({
    algorithm: hash["algorithm"],
    value: Buffer.from(String(hash["value"]), "hex"),
  });
  const protoHash = (/** @type {Json} */ hash) => ({
    algorithm: hash["algorithm"],
    value: base64(hash["digest"], "digest of the log entry"),
  });
  const protoSigned = (/** @type {Json} */ each) => ({
    signature: base64(each["content"], "signature of the log entry"),
    verifier: {
      certificate:
        each["verifier"]?.["x509Certificate"] && base64(each["verifier"]["x509Certificate"]["rawBytes"], "certificate of the log entry"),
      key: each["verifier"]?.["publicKey"] && base64(each["verifier"]["publicKey"]["rawBytes"], "key of the log entry"),
    },
  });
  const one = (/** @type {any} */ signatures) =>
    object(list(signatures, "signatures of the log entry", 1)[0], "signature of the log entry");
  switch (`${kind} ${apiVersion}`) {
    case "hashedrekord 0.0.1":
      return {
        signature: base64(spec.signature.content, "signature"),
        of: "bytes",
        hash: plainHash(spec.data.hash),
        verifier: pem(spec.signature.publicKey.content),
      };
    case "dsse 0.0.1":
      return {
        signature: base64(one(spec.signatures)["signature"], "signature"),
        of: "payload",
        hash: plainHash(spec.payloadHash),
        verifier: pem(one(spec.signatures)["verifier"]),
      };
    case "intoto 0.0.2": {
      const logged = one(spec.content.envelope.signatures);
      const signature = base64(base64(logged["sig"], "signature").toString("latin1"), "signature");
      return {
        signature,
        of: "payload",
        hash: plainHash(spec.content.payloadHash),
        verifier: pem(logged["publicKey"]),
      };
    }
    case "hashedrekord 0.0.2":
      return {
        ...protoSigned(spec.hashedRekordV002.signature),
        of: "bytes",
        hash: protoHash(spec.hashedRekordV002.data),
      };
    case "dsse 0.0.2":
      return {
        ...protoSigned(one(spec.dsseV002.signatures)),
        of: "payload",
        hash: protoHash(spec.dsseV002.payloadHash),
      };
    default:
      throw new Fault(`the log entry is of the kind ${kind} ${apiVersion}`);
  }
}

/** Certificate transparency (RFC 6962, section 3.2): promises inside the certificate, over the certificate without them. @param {Certificate} leaf @param {Certificate} issuer @param {Authority} instance @param {Date} now */
function requireCertificateLogs(leaf, issuer, instance, now) {
  const what = "certificate transparency";
  const needed = instance.entry["thresholds"]["sct"];
  const extension = leaf.extensions.get(oids.certificateTimestamps);
  const parties = new Set();
  if (extension !== undefined) {
    const bytes = Buffer.from(Der.of(extension.value, what).as(OCTETS, what).content);
    need(bytes.length >= 2 && bytes.readUInt16BE() === bytes.length - 2, `the list of ${what} is malformed`);
    const signedPart = withoutTimestamps(leaf);
    const keyHash = digest("sha256", issuer.spki);
    for (let at = 2; at < bytes.length; ) {
      const end = at + 2 + bytes.readUInt16BE(at);
      const one = bytes.subarray(at + 2, end);
      need(end <= bytes.length && one.length > 47 && one[0] === 0, `a promise of ${what} is malformed`);
      const extensionsEnd = 43 + one.readUInt16BE(41);
      const log = instance.ctLogs.find(({ id }) => id === hex(one.subarray(1, 33)));
      const time = new Date(Number(one.readBigUInt64BE(33)));
      need(time <= now, `a promise of ${what} lies in the future`);
      if (log !== undefined) {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(signedPart.length);
        const signed = Buffer.concat([
          Buffer.of(0, 0),
          one.subarray(33, 41),
          Buffer.of(0, 1),
          keyHash,
          length.subarray(1),
          signedPart,
          one.subarray(41, extensionsEnd),
        ]);
        need(one[extensionsEnd] === 4 || log.key.asymmetricKeyType === "ed25519", `a promise of ${what} has another hash function`);
        need(isSignedBy(logAlgorithm(log.key), log.key, signed, one.subarray(extensionsEnd + 4)), `a promise of ${what} is not good`);
        requireWindow(log, time, `the log of ${what}`);
        parties.add(log.party);
      }
      at = end;
    }
  }
  need(parties.size >= needed, `the certificate is in ${parties.size} logs of ${what}, needed are ${needed}`);
}

/** The signed part of a certificate without the promises. @param {Certificate} certificate */
function withoutTimestamps({ tbs }) {
  const what = "certificate";
  /** @param {number} tag @param {Bytes[]} parts */
  const element = (tag, parts) => {
    const content = Buffer.concat(parts);
    const size = content.length.toString(16);
    const bytes = Buffer.from(size.padStart(size.length + (size.length % 2), "0"), "hex");
    return Buffer.concat([
      content.length < 0x80 ? Buffer.of(tag, content.length) : Buffer.concat([Buffer.of(tag, 0x80 + bytes.length), bytes]),
      content,
    ]);
  };
  return element(
    SEQUENCE,
    tbs.inside(what).elements.map((each) => {
      if (each.tag !== 0xa3) return each.whole;
      const kept = each
        .inside(what)
        .next(SEQUENCE)
        .inside(what)
        .elements.filter((one) => one.inside(what).next().oid(what) !== oids.certificateTimestamps);
      return element(0xa3, [
        element(
          SEQUENCE,
          kept.map((one) => one.whole),
        ),
      ]);
    }),
  );
}

// ---------------------------------------------------------------------------------------------------------------------
// Files that hold signatures, as they were found

/** A file may hold several, one on each line. @param {Bytes} bytes @param {string} what @param {Lookup} lookup @returns {Signed[]} */
function readSignatures(bytes, what, lookup) {
  const mark = Buffer.from("\0sigstore-json\n", "latin1");
  if (same(bytes.subarray(0, mark.length), mark)) return [cosignSignature(object(json(bytes.subarray(mark.length), what), what))];
  if (bytes[0] === 0xd2) return [coseSignature(bytes)];
  if (bytes[0] !== 0x7b) throw new Unable(`${what} is in a form that this file does not know`);
  const text = utf8(bytes, what);
  const lines = text.split("\n").filter((each) => each.trim() !== "");
  const isLines = lines.length > 1 && lines.every((each) => each.startsWith("{") && each.trimEnd().endsWith("}"));
  return (isLines ? lines.map((each) => Buffer.from(each)) : [bytes]).flatMap((each) =>
    readSigned(object(json(each, what), what), what, lookup),
  );
}

/** @typedef {(sha256: string) => Bytes | undefined} Lookup bytes of the folder by their digest @param {Json} root @param {string} what @param {Lookup} lookup @returns {Signed[]} */
function readSigned(root, what, lookup) {
  if ("verificationMaterial" in root) return [readBundle(root, lookup)];
  if ("payloadType" in root) return readEnvelope(root);
  if ("protected" in root) return [jwsSignature(root)];
  if ("bomFormat" in root) return readInside(root);
  throw new Unable(`${what} is in a form that this file does not know`);
}

/** A Sigstore bundle; those by keys and by private CAs (OMS) among them. @param {Json} root @param {Lookup} lookup @returns {Signed} */
function readBundle(root, lookup) {
  need(
    /^application\/vnd\.dev\.sigstore\.bundle(\+json;version=0\.[123]|\.v0\.3\+json)$/.test(root["mediaType"]),
    "the bundle is of another version",
  );
  const material = object(root["verificationMaterial"], "verificationMaterial");
  const chain =
    material["certificate"] !== undefined
      ? [material["certificate"]]
      : list(material["x509CertificateChain"]?.["certificates"] ?? [], "certificates", 16);
  const stamps = list(material["timestampVerificationData"]?.["rfc3161Timestamps"] ?? [], "time stamps", 32);
  const key = material["publicKey"];
  const hint = key?.["hint"] ?? (key?.["rawBytes"] === undefined ? "" : sha256(base64(key["rawBytes"], "key")));
  const common = {
    form: "bundle",
    certificates: chain.map((each) => base64(each["rawBytes"], "certificate")),
    hint: String(hint),
    logEntries: list(material["tlogEntries"] ?? [], "log entries", 32),
    needsProof: root["mediaType"] !== "application/vnd.dev.sigstore.bundle+json;version=0.1",
    tokens: stamps.map((each) => base64(each["signedTimestamp"], "time stamp")),
  };
  need((root["dsseEnvelope"] === undefined) !== (root["messageSignature"] === undefined), "the bundle holds not one signature");
  if (root["dsseEnvelope"] !== undefined) {
    const [signed, ...more] = readEnvelope(root["dsseEnvelope"]);
    need(signed !== undefined && more.length === 0, "the envelope has not one signature");
    return { ...signed, ...common, stamped: signed.signature };
  }
  const { messageDigest, signature: text } = root["messageSignature"];
  const algorithm = String(messageDigest?.["algorithm"]).toLowerCase().replace("sha2_", "sha");
  need(["sha256", "sha384", "sha512"].includes(algorithm), "the digest of the bundle is of another hash function");
  const value = base64(messageDigest["digest"], "digest of the bundle");
  const signature = base64(text, "signature");
  const bytes = algorithm === "sha256" ? lookup(hex(value)) : undefined;
  const isBy = (/** @type {crypto.KeyObject} */ one) =>
    bytes === undefined ? isDigestSignedBy(value, one, signature) : isSignedBy(algorithmOf(one), one, bytes, signature);
  return {
    ...common,
    payload: undefined,
    payloadType: "",
    message: { algorithm, value },
    signature,
    isBy,
    stamped: signature,
  };
}

/** A DSSE envelope; each of its signatures stands for itself. @param {Json} envelope @returns {Signed[]} */
function readEnvelope(envelope) {
  const payloadType = envelope["payloadType"];
  const payload = base64(envelope["payload"], "payload");
  need(
    payloadType === inToto || payloadType === "application/vnd.aibom.custody-entry+json",
    `the payload is of the type ${plain(String(payloadType))}`,
  );
  const covered = pae(payloadType, payload);
  return list(envelope["signatures"], "signatures", 64).map((each) => {
    const signature = base64(each["sig"], "signature");
    const isBy = (/** @type {crypto.KeyObject} */ key) =>
      isSignedBy(algorithmOf(key), key, covered, signature) ||
      (key.asymmetricKeyType === "ec" && isSignedBy(algorithmOf(key), key, covered, signature, "ieee-p1363"));
    return {
      form: "envelope",
      payload,
      payloadType,
      message: undefined,
      signature,
      isBy,
      certificates: [],
      hint: String(each["keyid"] ?? ""),
      logEntries: [],
      tokens: [],
      stamped: signature,
    };
  });
}

/** What cosign before version 3 wrote beside an image: a payload and annotations. @param {Json} root @returns {Signed} */
function cosignSignature(root) {
  const notes = object(root["annotations"], "annotations");
  const payload = base64(root["payload"], "payload");
  const signature = base64(notes["dev.cosignproject.cosign/signature"], "signature");
  const pems = [notes["dev.sigstore.cosign/certificate"], notes["dev.sigstore.cosign/chain"]].map((each) => String(each ?? ""));
  const logged = notes["dev.sigstore.cosign/bundle"];
  const stamp = notes["dev.sigstore.cosign/rfc3161timestamp"];
  const entry = () => {
    const {
      SignedEntryTimestamp: signedEntryTimestamp,
      Payload: { body, integratedTime, logIndex, logID },
    } = json(Buffer.from(logged), "log entry");
    const keyId = Buffer.from(logID, "hex").toString("base64");
    return {
      canonicalizedBody: body,
      integratedTime,
      logIndex,
      logId: { keyId },
      inclusionPromise: { signedEntryTimestamp },
    };
  };
  return {
    form: "cosign",
    payload,
    payloadType: "",
    message: undefined,
    signature,
    hint: "",
    isBy: (key) => isSignedBy(algorithmOf(key), key, payload, signature),
    certificates: pems.flatMap((pem) => pemBlocks(pem, "CERTIFICATE")),
    logEntries: logged ? [entry()] : [],
    tokens: stamp ? [base64(json(Buffer.from(stamp), "time stamp")["SignedRFC3161Timestamp"], "time stamp")] : [],
    stamped: signature,
  };
}

const joseAlgorithms = new Map([
  ["ES256", { curve: "prime256v1", hash: "sha256" }],
  ["ES384", { curve: "secp384r1", hash: "sha384" }],
  ["ES512", { curve: "secp521r1", hash: "sha512" }],
  ["PS256", { bits: 2048, hash: "sha256" }],
  ["PS384", { bits: 3072, hash: "sha384" }],
  ["PS512", { bits: 4096, hash: "sha512" }],
]);

/** @param {string} name @param {Bytes} data @param {Bytes} signature @returns {(key: crypto.KeyObject) => boolean} */
const isJoseBy = (name, data, signature) => (key) => {
  const algorithm = joseAlgorithms.get(name);
  need(algorithm !== undefined, `the signature algorithm ${plain(name)} is not accepted`);
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  need("curve" in algorithm ? algorithm.curve === namedCurve : algorithm.bits === modulusLength, `${name} does not go with the key`);
  return isSignedBy({ family: "curve" in algorithm ? "ecdsa" : "pss", hash: algorithm.hash }, key, data, signature, "ieee-p1363");
};

/** Names of Notary's headers. */
const notary = {
  scheme: "io.cncf.notary.signingScheme",
  authentic: "io.cncf.notary.authenticSigningTime",
  expiry: "io.cncf.notary.expiry",
  stamp: "io.cncf.notary.timestampSignature",
  plugin: "io.cncf.notary.verificationPlugin",
};

/** What both envelopes of the Notary Project share. @param {Map<string, any>} headers @param {any[]} critical @param {(value: any) => Date} time @returns {Proof[]} */
function notaryTimes(headers, critical, time) {
  const known = [notary.scheme, notary.authentic, notary.expiry];
  need(
    critical.every((each) => known.includes(each) && headers.has(each)),
    "a critical header of the signature is not understood",
  );
  need(
    known.every((each) => !headers.has(each) || critical.includes(each)),
    "a header of the signature is not marked as critical",
  );
  need(!headers.has(notary.plugin), "a verification plug-in must judge the signature");
  const stated = headers.get(notary.authentic);
  need(
    (headers.get(notary.scheme) === "notary.x509.signingAuthority") === (stated !== undefined),
    "the signing time does not go with the scheme",
  );
  if (stated === undefined) return [];
  return [
    {
      time: time(stated),
      earliest: time(stated),
      party: "signing authority",
      source: "signing-authority",
      authority: "notary.x509.signingAuthority",
    },
  ];
}

/** Notary Project, JWS. @param {Json} root @returns {Signed} */
function jwsSignature(root) {
  const headers = new Map(
    Object.entries(object(json(base64url(root["protected"], "protected header"), "protected header"), "protected header")),
  );
  const outer = object(root["header"], "header");
  const signature = base64url(root["signature"], "signature");
  const stated = notaryTimes(
    headers,
    list(headers.get("crit") ?? [], "critical headers", 8),
    (value) => /** @type {Date} */ (dateOf(value)),
  );
  return {
    form: "notary",
    payload: base64url(root["payload"], "payload"),
    payloadType: "",
    message: undefined,
    signature,
    hint: "",
    logEntries: [],
    stated,
    isBy: isJoseBy(headers.get("alg"), Buffer.from(`${root["protected"]}.${root["payload"]}`), signature),
    certificates: list(outer["x5c"], "certificates", 16).map((each) => base64(each, "certificate")),
    tokens: outer[notary.stamp] === undefined ? [] : [base64(outer[notary.stamp], "time stamp")],
    stamped: signature,
  };
}

/** Notary Project, COSE (RFC 9052). @param {Bytes} bytes @returns {Signed} */
function coseSignature(bytes) {
  const root = Cbor.of(bytes);
  const [head, outer, payload, signature] = list(root?.value, "COSE signature", 4);
  const headers = Cbor.of(head);
  need(
    root.tag === 18 && headers instanceof Map && outer instanceof Map && signature instanceof Uint8Array,
    "the COSE signature is malformed",
  );
  const names = new Map([
    [-7, "ES256"],
    [-35, "ES384"],
    [-36, "ES512"],
    [-37, "PS256"],
    [-38, "PS384"],
    [-39, "PS512"],
  ]);
  const critical = list(headers.get(2) ?? [], "critical headers", 8).filter((each) => each !== 1 && each !== 3);
  const stated = notaryTimes(headers, critical, (value) => new Date(value?.tag === 1 ? value.value * 1000 : Number.NaN));
  const length = (/** @type {Bytes} */ part) => {
    const size = part.length;
    if (size < 24) return Buffer.of(0x40 + size);
    return size < 0x100
      ? Buffer.of(0x58, size)
      : size < 0x1_0000
        ? Buffer.of(0x59, size >> 8, size & 0xff)
        : Buffer.of(0x5a, size >>> 24, (size >> 16) & 0xff, (size >> 8) & 0xff, size & 0xff);
  };
  const covered = Buffer.concat([
    Buffer.from("\x84\x6aSignature1", "latin1"),
    length(head),
    head,
    Buffer.of(0x40),
    length(payload),
    payload,
  ]);
  const chain = outer.get(33);
  const stamp = outer.get(notary.stamp);
  return {
    form: "notary",
    payload,
    payloadType: "",
    message: undefined,
    signature,
    hint: "",
    logEntries: [],
    stated,
    isBy: isJoseBy(names.get(headers.get(1)) ?? "", covered, signature),
    certificates: chain instanceof Uint8Array ? [chain] : list(chain, "certificates", 16),
    tokens: stamp === undefined ? [] : [stamp],
    stamped: signature,
  };
}

/** CBOR (RFC 8949) of definite lengths, as far as COSE needs it. */
class Cbor {
  #at = 0;
  /** @param {Bytes} bytes */
  constructor(bytes) {
    this.data = Buffer.from(bytes);
  }

  /** The one value that these bytes are. @param {Bytes} bytes @returns {any} */
  static of(bytes) {
    const reader = new Cbor(bytes);
    const value = reader.#value(0);
    need(reader.#at === bytes.length, "the COSE signature has bytes behind it");
    return value;
  }

  /** @param {number} depth @returns {any} */
  #value(depth) {
    need(depth < 16 && this.#at < this.data.length, "the COSE signature is cut off or nested too deeply");
    const first = this.data[this.#at] ?? 0;
    const major = first >> 5;
    const count = this.#count(first & 31);
    if (major === 0) return count;
    if (major === 1) return -1 - count;
    if (major === 6) return { tag: count, value: this.#value(depth + 1) };
    need(major !== 7 && count <= this.data.length - this.#at, "the COSE signature is not CBOR, or is cut off");
    if (major === 4) return Array.from({ length: count }, () => this.#value(depth + 1));
    if (major === 5) return this.#map(count, depth);
    const content = this.data.subarray(this.#at, this.#at + count);
    this.#at += count;
    return major === 2 ? content : utf8(content, "text of the COSE signature");
  }

  /** @param {number} small */
  #count(small) {
    const width = small < 24 ? 0 : 2 ** (small - 24);
    need(small <= 27 && this.#at + 1 + width <= this.data.length, "the COSE signature is not CBOR, or is cut off");
    const at = this.#at + 1;
    this.#at = at + width;
    if (width === 0) return small;
    return width === 8 ? Number(this.data.readBigUInt64BE(at)) : this.data.readUIntBE(at, width);
  }

  /** @param {number} count @param {number} depth */
  #map(count, depth) {
    const map = new Map();
    for (let index = 0; index < count; index += 1) {
      const key = this.#value(depth + 1);
      need(!map.has(key), "the COSE signature has a header twice");
      map.set(key, this.#value(depth + 1));
    }
    return map;
  }
}

/** Signatures inside a BOM (JSF 0.82): over its canonical form without the value. @param {Json} bom @returns {Signed[]} */
function readInside(bom) {
  const whole = object(bom["signature"], "signature of the BOM");
  const mode = "signers" in whole ? "signers" : "chain" in whole ? "chain" : "";
  const entries = mode === "" ? [whole] : list(whole[mode], "signatures of the BOM", 64);
  need(!("excludes" in whole), "the signature of the BOM leaves members out");
  return entries.map((entry, index) => {
    const { value, ...rest } = object(entry, "signature of the BOM");
    const own = mode === "" ? rest : { ...whole, [mode]: mode === "chain" ? [...entries.slice(0, index), rest] : [rest] };
    const signature = base64url(value, "signature of the BOM");
    const covered = Buffer.from(canonical({ ...bom, signature: own }));
    const jwk = rest["publicKey"];
    const key = jwk === undefined ? undefined : crypto.createPublicKey({ key: jwk, format: "jwk" });
    return {
      form: "JSF",
      payload: undefined,
      payloadType: "",
      message: undefined,
      signature,
      logEntries: [],
      tokens: [],
      stamped: signature,
      certificates: [],
      hint: key === undefined ? String(rest["keyId"] ?? "") : keyIdOf(key),
      isBy: isJsfBy(String(rest["algorithm"]), covered, signature),
    };
  });
}

/** @param {string} name @param {Bytes} data @param {Bytes} signature @returns {(key: crypto.KeyObject) => boolean} */
const isJsfBy = (name, data, signature) => (key) => {
  if (name === "Ed25519" || name === "Ed448")
    return key.asymmetricKeyType === name.toLowerCase() && isSignedBy({ family: "pure", hash: null }, key, data, signature);
  const bits = /^(?:RS|PS)(256|384|512)$/.exec(name)?.[1];
  if (bits === undefined) return isJoseBy(name, data, signature)(key);
  return isSignedBy({ family: name.startsWith("RS") ? "rsa" : "pss", hash: `sha${bits}` }, key, data, signature);
};

// ---------------------------------------------------------------------------------------------------------------------
// The folder: which files there are, and their digests

/** @typedef {{ size: number, sha256: string }} Entry */

/** A directory that may be hostile: links are not followed, nothing is read that is not a plain file. */
/** For nouns whose plural ends in s. @param {number} count @param {string} noun */
const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

class Folder {
  /** @type {Map<string, Entry>} */
  files = new Map();
  /** @param {string} root */
  constructor(root) {
    this.root = root;
  }

  #count = 0;

  /** Finds and hashes every file. @param {(place: string, reason: string) => void} refuse @param {string} [below] @param {number} [depth] */
  read(refuse, below = "", depth = 0) {
    const items = fs.readdirSync(path.join(this.root, below), { withFileTypes: true });
    for (const item of items.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = below === "" ? item.name : `${below}/${item.name}`;
      this.#count += 1;
      need(this.#count <= limits.files, `there are more than ${limits.files} files`);
      if (Buffer.byteLength(name) > limits.pathBytes || depth > limits.depth) refuse(name, "its path is too long or too deep");
      else if (item.isDirectory()) this.read(refuse, name, depth + 1);
      else if (!item.isFile()) refuse(name, "it is a link or no plain file");
      else this.#add(name, refuse);
    }
  }

  /** @param {string} name @param {(place: string, reason: string) => void} refuse */
  #add(name, refuse) {
    try {
      this.files.set(name, this.#hash(name));
    } catch (error) {
      refuse(name, error instanceof Fault ? error.message : "it cannot be read");
    }
  }

  /** @param {string} name @param {(file: number, size: number) => void} use */
  #open(name, use) {
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
    const file = fs.openSync(path.join(this.root, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stat = fs.fstatSync(file);
      need(stat.isFile() && stat.size <= limits.fileBytes, "it is no plain file, or too large");
      use(file, stat.size);
    } finally {
      fs.closeSync(file);
    }
  }

  /** @param {string} name @returns {Entry} */
  #hash(name) {
    const hash = crypto.createHash("sha256");
    let size = 0;
    this.#open(name, (file, expected) => {
      const length = Math.min(Math.max(expected, 1), 1 << 20);
      if (chunk.length < length) chunk = Buffer.allocUnsafe(length);
      for (let read = fs.readSync(file, chunk); read > 0; read = fs.readSync(file, chunk)) {
        hash.update(chunk.subarray(0, read));
        size += read;
        need(size <= expected, "it grew while it was read");
      }
    });
    return { size, sha256: hash.digest("hex") };
  }

  /** @param {string} name */
  has(name) {
    return this.files.has(name);
  }

  /** Names below a folder. @param {string} prefix @returns {string[]} */
  below(prefix) {
    if (this.#below.size === 0) {
      for (const name of this.files.keys()) {
        for (let slash = name.indexOf("/"); slash >= 0; slash = name.indexOf("/", slash + 1)) {
          const above = name.slice(0, slash);
          const names = this.#below.get(above);
          if (names === undefined) this.#below.set(above, [name]);
          else names.push(name);
        }
      }
    }
    return this.#below.get(prefix) ?? [];
  }

  /** @type {Map<string, string[]>} */
  #below = new Map();

  /** The bytes that were hashed, or nothing. @param {string} name @returns {Buffer} */
  bytes(name) {
    const entry = this.files.get(name);
    need(entry !== undefined, `${name} is missing`);
    need(entry.size <= limits.documentBytes, `${name} is too large to be read`);
    const bytes = Buffer.alloc(entry.size);
    this.#open(name, (file) => {
      for (let at = 0; at < bytes.length; ) {
        const read = fs.readSync(file, bytes, at, bytes.length - at, at);
        need(read > 0, `${name} was cut off while it was checked`);
        at += read;
      }
    });
    need(sha256(bytes) === entry.sha256, `${name} was changed while it was checked`);
    return bytes;
  }

  /** @param {string} name */
  json(name) {
    return object(json(this.bytes(name), name), name);
  }
}

/** One buffer for all files. */
let chunk = Buffer.allocUnsafe(1 << 16);

/** A path of the folder: no way out of it, and letters that every system reads alike. @param {string} name */
function requirePlainPath(name) {
  need(/^(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name), "its name is not a plain relative path");
}

/** BagIt (RFC 8493): `sha256sum` lines. @param {Folder} folder @param {string} name @returns {Map<string, string>} */
function parseManifest(folder, name) {
  const text = utf8(folder.bytes(name), name);
  /** @type {Map<string, string>} */
  const listed = new Map();
  need(text === "" || text.endsWith("\n"), `${name} does not end with a line end`);
  for (const line of text === "" ? [] : text.slice(0, -1).split("\n")) {
    const match = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
    need(match !== null, `${name} has a line that is no digest with a path: ${line.slice(0, 80)}`);
    const [, hash = "", file = ""] = match;
    requirePlainPath(file);
    need(!listed.has(file), `${name} lists ${file} twice`);
    listed.set(file, hash);
  }
  return listed;
}

/** Every file that is listed is there with its digest, and none besides. @param {Report} report @param {string} id @param {Folder} folder @param {string} manifest @param {string[]} expected */
function checkManifest(report, id, folder, manifest, expected) {
  const listed = report.check(
    `${id}-manifest`,
    manifest,
    () => parseManifest(folder, manifest),
    (found) => `it lists ${counted(found.size, "file")}`,
  );
  if (listed === undefined) return;
  const wanted = new Set(expected);
  let good = 0;
  for (const [name, hash] of listed) {
    const entry = folder.files.get(name);
    if (entry === undefined) report.add(id, "FAIL", name, "it is listed and is missing");
    else if (!wanted.has(name)) report.add(id, "FAIL", name, `it does not belong into ${manifest}`);
    else if (entry.sha256 !== hash) report.add(id, "FAIL", name, `its SHA-256 is ${entry.sha256}, not ${hash}`);
    else good += 1;
  }
  for (const name of expected) if (!listed.has(name)) report.add(id, "FAIL", name, `it is not listed in ${manifest}`);
  if (good === listed.size && good === expected.length)
    report.add(id, "ok", manifest, `${counted(good, "file")}, each with its digest, and no other`);
}

const tagManifest = "tagmanifest-sha256.txt";
const payloadManifest = "manifest-sha256.txt";

/** @param {Report} report @param {Folder} folder */
function checkBag(report, folder) {
  let refused = 0;
  const refuse = (/** @type {string} */ place, /** @type {string} */ reason) => {
    refused += 1;
    report.add("folder.files", "FAIL", place, reason);
  };
  folder.read(refuse);
  /** @type {Map<string, string>} */
  const folded = new Map();
  for (const name of folder.files.keys()) {
    const key = name.normalize("NFC").toLowerCase();
    const other = folded.get(key);
    if (other !== undefined) refuse(name, `on other systems it is the same file as ${other}`);
    folded.set(key, name);
    try {
      requirePlainPath(name);
    } catch (error) {
      refuse(name, error instanceof Error ? error.message : "");
    }
  }
  if (refused === 0) report.add("folder.files", "ok", ".", `${folder.files.size} plain files`);
  report.check("bag.declaration", "bagit.txt", () => {
    const text = utf8(folder.bytes("bagit.txt"), "bagit.txt");
    need(text === "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "it does not declare BagIt 1.0 in UTF-8");
    return "BagIt 1.0 (RFC 8493)";
  });
  const names = [...folder.files.keys()];
  const isPayload = (/** @type {string} */ name) => name.startsWith("data/");
  const isTag = (/** @type {string} */ name) => !isPayload(name) && !name.startsWith("seal/") && name !== tagManifest;
  checkManifest(report, "bag.tags", folder, tagManifest, names.filter(isTag));
  checkManifest(report, "bag.payload", folder, payloadManifest, names.filter(isPayload));
  report.check("bag.info", "bag-info.txt", () => {
    const text = utf8(folder.bytes("bag-info.txt"), "bag-info.txt");
    const stated = /^Payload-Oxum: (\d{1,15})\.(\d{1,9})$/m.exec(text);
    const sizes = names.filter(isPayload).map((name) => folder.files.get(name)?.size ?? 0);
    const total = `${sizes.reduce((sum, each) => sum + each, 0)}.${sizes.length}`;
    need(stated !== null && `${stated[1]}.${stated[2]}` === total, `the payload is ${total}, another is stated`);
    return `payload of ${counted(sizes.length, "file")}`;
  });
}

// ---------------------------------------------------------------------------------------------------------------------
// The folder: what it says, against what is in it

/**
 * @typedef {object} Audit everything that the checks share
 * @property {Report} report @property {Folder} folder @property {Options} options
 * @property {Json} record data/record.json @property {Trust} trust @property {Moment} moment @property {Lookup} lookup
 * @property {ReturnType<typeof parseLogPolicy> | undefined} policy of the custody log @property {Bytes[]} entries of it
 * @property {Set<string>} digests of all files of all artifacts
 * @property {{ isGood: boolean, isUnable: boolean }} bomSigners
 *
 * @typedef {object} Options
 * @property {string} directory @property {boolean} json @property {string | undefined} trustRoot
 * @property {string | undefined} expectSigner @property {string | undefined} expectKey its id
 * @property {crypto.KeyObject | undefined} key that was given as a file @property {Date} now
 */

const recordName = "data/record.json";
const sealType = "https://aibom.dev/audit-seal/v1";
const sealNames = { statement: "seal/statement.sigstore.json", proof: "seal/event.tlog-proof", event: "seal/event.dsse.json" };

/** @param {Signer} signer @param {string} what */
function signerText({ identity, keyId, proofs, instants }, what) {
  const when =
    proofs.length === 0
      ? `judged at ${instantText(instants[0] ?? new Date(Number.NaN))}`
      : `proven at ${instantText(proofs[0]?.time ?? new Date(Number.NaN))} by ${proofs.map((each) => each.authority).join(", ")}`;
  return `${what} by ${identity}, key ${keyId.slice(0, 16)}..., ${when}`;
}

/** The statement in an envelope. @param {Pick<Signed, "payload" | "payloadType">} signed @param {string} what */
function statementOf({ payload, payloadType }, what) {
  need(payload !== undefined && payloadType === inToto, `${what} is no in-toto statement`);
  const statement = object(json(payload, what), what);
  need(/^https:\/\/in-toto\.io\/Statement\/v(?:1|0\.1)$/.test(statement["_type"]), `${what} is no in-toto statement`);
  const subjects = list(statement["subject"], "subjects").map((each) => object(each["digest"], "digest of a subject"));
  need(subjects.length > 0, `${what} is about nothing`);
  return { predicateType: String(statement["predicateType"]), predicate: statement["predicate"], subjects };
}

/** @param {Audit} audit @returns {Date | undefined} the time that the seal proves */
function checkSeal(audit) {
  const { report, folder, options, record } = audit;
  for (const name of folder.below("seal")) {
    const isKnown = Object.values(sealNames).includes(name) || /^seal\/(?:renewal-[1-9]\d{0,3}|token(?:-[1-9]\d?)?)\.tsr$/.test(name);
    const isAlone =
      (name === sealNames.event && !folder.has(sealNames.proof)) || (name !== sealNames.statement && !folder.has(sealNames.statement));
    if (!isKnown || isAlone) report.add("seal.files", "FAIL", name, "it does not belong into the seal");
  }
  if (!folder.has(sealNames.statement)) {
    const state =
      record["seal"] === "unsealed" && options.expectKey === undefined && options.expectSigner === undefined ? "not checked" : "FAIL";
    report.add("seal.signature", state, "seal", "the folder has no seal: nothing shows who made it, or when");
    return undefined;
  }
  const bytes = folder.bytes(sealNames.statement);
  const signed = report.check(
    "seal.statement",
    sealNames.statement,
    () => {
      const only = readBundle(object(json(bytes, "the seal"), "the seal"), audit.lookup);
      const { predicateType, predicate, subjects } = statementOf(only, "the seal");
      need(predicateType === sealType, `it is a statement of another type (${plain(predicateType)}), no seal`);
      const stated = object(predicate, "what the seal states");
      const said = {
        title: record["title"],
        verdict: record["verdict"]?.["outcome"],
        verifiedFor: record["at"],
        artifacts: record["artifacts"]?.length,
      };
      const other = Object.entries(said).find(([key, value]) => stated[key] !== value);
      need(other === undefined, `it states another ${other?.[0]} than the record`);
      const expected = folder.files.get(tagManifest)?.sha256;
      need(
        subjects.length === 1 && subjects[0]?.["sha256"] === expected,
        `it is about another folder: the SHA-256 of ${tagManifest} is ${expected}`,
      );
      return only;
    },
    () => `it is about ${tagManifest}`,
  );
  if (signed === undefined) return undefined;
  const sealed = checkSealTimes(audit, bytes, signed);
  audit.moment.sealed = sealed;
  const signer = report.check(
    "seal.signature",
    sealNames.statement,
    () => sealSigner(audit, signed),
    (each) => signerText(each, "sealed"),
  );
  if (signer !== undefined && options.expectKey !== undefined) {
    report.check("seal.expected-key", sealNames.statement, () => {
      need(signer.keyId === options.expectKey, `the seal is by the key ${signer.keyId}`);
      return "the key that was asked for";
    });
  }
  if (signer !== undefined && options.expectSigner !== undefined) {
    report.check("seal.expected-signer", sealNames.statement, () => {
      need(signer.identity === options.expectSigner, `the seal is by ${signer.identity}`);
      return "the signer that was asked for";
    });
  }
  return sealed;
}

/** Who sealed: an identity of the trust root, or the key that the auditor brought along. @param {Audit} audit @param {Signed} signed @returns {Signer} */
function sealSigner({ trust, moment, options }, signed) {
  if (signed.certificates.length > 0 || trust.keys.has(signed.hint) || trust.unusable.includes(signed.hint)) {
    return signerOf(signed, "report", trust, moment);
  }
  const { key } = options;
  if (key === undefined)
    throw new Unable(`the trust root has no key ${plain(signed.hint)}: give the sealer's public key with --expect-key FILE`);
  need(keyHints(key).includes(signed.hint) && signed.isBy(key), "the seal is not by the key that was given");
  return { identity: "the key that was given", keyId: keyIdOf(key), method: "key", proofs: [], instants: [moment.sealed ?? moment.now] };
}

/** The event of the export in the custody log, if it was written there. @param {Audit} audit */
function checkSealEvent({ report, folder, policy }) {
  if (!folder.has(sealNames.proof)) return;
  report.check("seal.log", sealNames.proof, () => {
    need(policy !== undefined, "the folder has no policy of a log");
    const entry = folder.bytes(sealNames.event);
    const { index } = verifyTlogProof(utf8(folder.bytes(sealNames.proof), "the log proof"), entry, policy);
    need(digestsOfEvent(entry, "the event").has(folder.files.get(tagManifest)?.sha256 ?? ""), "the event is about something else");
    return `entry ${index} of the custody log`;
  });
}

/**
 * The time stamps on the seal's signature, and their renewals: each covers the bundle and the time stamp before it, so
 * that the first one still counts when its authority's key or hash function is weak (RFC 4998 has the idea).
 * @param {Audit} audit @param {Bytes} bundle @param {Signed} signed
 */
function checkSealTimes({ report, folder, trust, moment }, bundle, signed) {
  const copies = folder.below("seal").filter((name) => /^seal\/token(-\d+)?\.tsr$/.test(name));
  for (const name of copies) {
    report.check("seal.token", name, () => {
      need(
        signed.tokens.some((each) => same(each, folder.bytes(name))),
        "it is not in the seal's bundle",
      );
      return "the time stamp of the seal, for other programs";
    });
  }
  /** @type {Proof[] | undefined} */
  let proofs;
  if (signed.logEntries.length === 0 && signed.tokens.length === 0) {
    report.add("seal.time", "not checked", "seal", "the seal has no time stamp: signatures are judged at the time of this check");
  } else {
    proofs = report.check(
      "seal.time",
      sealNames.statement,
      () => {
        if (signed.logEntries.length > 0) return signerOf(signed, "report", trust, moment).proofs;
        const found = provenTimes(signed.tokens, signed.stamped, trust.tsas, trust, moment);
        for (const { earliest } of found) need(earliest <= moment.now, "it lies in the future");
        return found;
      },
      (found) => found.map(({ time, authority }) => `sealed not later than ${instantText(time)} by ${authority}`).join(", "),
    );
  }
  checkRenewals({ report, folder, trust, moment }, bundle, signed.tokens[0], proofs?.[0]?.earliest);
  return proofs?.[0]?.time;
}

/** @param {Pick<Audit, "report" | "folder" | "trust" | "moment">} audit @param {Bytes} bundle @param {Bytes | undefined} token @param {Date | undefined} first */
function checkRenewals({ report, folder, trust, moment }, bundle, token, first) {
  const renewals = folder.below("seal").filter((name) => name.startsWith("seal/renewal-"));
  let [before, last] = [token, first];
  for (let number = 1; number <= renewals.length; number += 1) {
    const name = `seal/renewal-${number}.tsr`;
    last = report.check(
      "seal.renewal",
      name,
      () => {
        need(folder.has(name), "a renewal before the last one is missing");
        need(before !== undefined, "the seal has no time stamp that it could renew");
        const bytes = folder.bytes(name);
        const [proof] = provenTimes([bytes], Buffer.concat([bundle, before]), trust.tsas, trust, moment);
        need(proof !== undefined && last !== undefined && proof.time >= last, "it is older than what it renews");
        need(proof.earliest <= moment.now, "it lies in the future");
        before = bytes;
        return proof;
      },
      (proof) => `renewed at ${instantText(proof.time)} by ${proof.authority}`,
    )?.earliest;
  }
}

/** Documents that the record names, by digest. @param {Audit} audit */
function checkInputs({ report, folder, record, trust, options }) {
  for (const input of list(record["inputs"], "inputs")) {
    const name = input["path"];
    if (name === undefined) {
      report.add(
        "record.input",
        "ok",
        plain(String(input["name"])),
        `${input["kind"]} with the digest ${input["digest"]}: not part of the folder`,
      );
      continue;
    }
    report.check("record.input", name, () => {
      const entry = folder.files.get(name);
      need(entry !== undefined, "it is missing");
      need(`sha256:${entry.sha256}` === input["digest"], `its SHA-256 is ${entry.sha256}, the record says ${input["digest"]}`);
      return `the ${input["kind"]} of the record`;
    });
  }
  if (options.trustRoot === undefined) {
    report.check("record.trust-root", `${record["trustRoot"]?.["path"]}`, () => {
      need(`sha256:${trust.digest}` === record["trustRoot"]?.["digest"], "the record was made with another trust root");
      requireRecordedTrust(trust, record["trustRoot"]);
      return `identities: ${trust.identities.length}, authorities: ${trust.authorities.length + trust.tsas.length}`;
    });
  }
}

/** The page shows whom the record names: nobody but those of the trust root, with no usage more. @param {Trust} trust @param {Json} recorded */
function requireRecordedTrust(trust, recorded) {
  const told = list(recorded["identities"], "identities").map((each) => [
    each["name"],
    each["kind"],
    each["keyId"],
    ...list(each["usages"], "usages"),
  ]);
  const there = trust.identities.map((each) => [each["name"], each["kind"], each["keyId"], ...each["usages"]]);
  need(JSON.stringify(told) === JSON.stringify(there), "the record names other identities than trust.json");
  need(recorded["revocations"] === trust.revocations.length, "the record counts other revocations than trust.json");
}

/** Digests that the BOM lists for each component and all files in it. @param {Json} bom @returns {Map<string, Set<string>>} by bom-ref */
function bomDigests(bom) {
  /** @type {Map<string, Set<string>>} */
  const byRef = new Map();
  /** @param {Json} component @param {Set<string>[]} around @param {number} depth */
  const visit = (component, around, depth) => {
    need(depth < limits.nesting, "the BOM is nested too deeply");
    const own = new Set();
    for (const hash of list(component["hashes"] ?? [], "hashes", 64)) {
      if (hash["alg"] === "SHA-256") for (const each of [own, ...around]) each.add(String(hash["content"]).toLowerCase());
    }
    if (component["bom-ref"] !== undefined) byRef.set(String(component["bom-ref"]), own);
    for (const child of list(component["components"] ?? [], "components")) visit(child, [own, ...around], depth + 1);
  };
  const described = bom["metadata"]?.["component"];
  for (const component of [...(described === undefined ? [] : [described]), ...list(bom["components"] ?? [], "components")])
    visit(object(component, "component"), [], 0);
  return byRef;
}

/** The listing of an artifact's files: what `sha256sum` prints, names escaped as it does. @param {Bytes} bytes @param {string} what @returns {Map<string, string>} */
function parseListing(bytes, what) {
  const text = utf8(bytes, what);
  /** @type {Map<string, string>} */
  const files = new Map();
  for (const line of text === "" ? [] : text.replace(/\n$/, "").split("\n")) {
    const match = /^(\\?)([0-9a-f]{64}) {2}(.+)$/s.exec(line); // s: names may have U+2028
    need(match !== null, `${what} has a line that is no digest with a path`);
    const [, escaped, hash = "", name = ""] = match;
    const file = escaped === "" ? name : name.replace(/\\([\\nr])/g, (_, char) => (char === "n" ? "\n" : char === "r" ? "\r" : "\\"));
    need(!files.has(file), `${what} lists a file twice`);
    files.set(file, hash);
  }
  return files;
}

/** Receipts: for each artifact its files, what the BOM says of them, and who signed them. @param {Audit} audit */
function checkReceipts(audit) {
  const { report, folder, record } = audit;
  const bom = report.check(
    "bom.read",
    String(record["files"]?.["bom"]),
    () => bomDigests(folder.json(record["files"]["bom"])),
    (found) => counted(found.size, "component"),
  );
  const artifacts = list(record["artifacts"], "artifacts");
  const receipts = new Set(artifacts.map((each) => each["receipt"]));
  for (const name of folder.below("data/receipts")) {
    const receipt = name.split("/").slice(0, 3).join("/");
    if (!receipts.has(receipt)) report.add("receipt.known", "FAIL", name, "no artifact of the record has this receipt");
  }
  for (const artifact of artifacts) {
    const { name, ref, manifest, evidence } = artifact;
    const place = String(artifact["receipt"]);
    const files = report.check(
      "receipt.files",
      `${place}/files.sha256`,
      () => {
        need(place === `data/receipts/${String(manifest).replace("sha256:", "")}`, "it is not the receipt of this artifact");
        const listing = folder.bytes(`${place}/files.sha256`);
        need(`sha256:${sha256(listing)}` === manifest, "its SHA-256 is not the manifest of the artifact");
        const found = parseListing(listing, "the listing");
        need(found.size === artifact["files"], `it lists ${found.size} files, the record says ${artifact["files"]}`);
        return found;
      },
      (found) => `${name}: ${counted(found.size, "file")}, manifest ${manifest}`,
    );
    for (const each of files?.values() ?? []) audit.digests.add(each);
    if (files === undefined || bom === undefined) continue;
    report.check("receipt.bom", place, () => {
      const listed = bom.get(String(ref)) ?? new Set();
      const equal = [...files.values()].filter((each) => listed.has(each)).length;
      need(
        equal >= evidence["bomFiles"],
        `the BOM lists the digests of ${equal} files of ${name}, the record says ${evidence["bomFiles"]}`,
      );
      return `the BOM lists the digests of ${equal} of ${counted(files.size, "file")}`;
    });
    checkSigners(audit, artifact, files, bom.get(String(ref)) ?? new Set());
    checkReceiptParts(audit, artifact);
  }
}

/** What else lies in a receipt: copies of statements and time stamps for other programs, and the event in the custody log. @param {Audit} audit @param {Json} artifact */
function checkReceiptParts({ report, folder, policy, entries }, artifact) {
  const place = String(artifact["receipt"]);
  const name = `${place}/receipt.json`;
  const proof = `${place}/event.tlog-proof`;
  report.check("receipt.parts", name, () => {
    const receipt = folder.json(name);
    const documents = list(receipt["documents"] ?? [], "documents");
    need(receipt["manifest"] === artifact["manifest"], "it is about another artifact");
    for (const each of documents) need(folder.files.get(each["path"])?.sha256 === each["sha256"], `${each["path"]} has another SHA-256`);
    const held = documents.map((each) => folder.bytes(each["path"]).toString("latin1"));
    const copies = [...list(receipt["statements"] ?? [], "statements"), ...list(receipt["tokens"] ?? [], "tokens")];
    for (const each of copies) {
      const mark = each.includes("/statement.dsse.json")
        ? folder.json(each)["payload"]
        : Buffer.from(folder.bytes(each)).toString("base64");
      need(typeof mark === "string" && mark !== "" && held.some((text) => text.includes(mark)), `${each} is in none of the signatures`);
    }
    const known = new Set([name, proof, `${place}/files.sha256`, ...copies, ...documents.map((each) => each["path"])]);
    const strange = folder.below(place).find((each) => !known.has(each));
    need(strange === undefined, `it does not list ${strange}`);
    return `${counted(documents.length, "document")}, copies for other programs: ${copies.length}`;
  });
  if (!folder.has(proof)) return;
  report.check("receipt.log", proof, () => {
    const text = utf8(folder.bytes(proof), "the log proof");
    const entry = entries[Number(/^index (\d{1,15})$/m.exec(text)?.[1])];
    need(policy !== undefined && entry !== undefined, "the custody log of the folder does not have the entry");
    const { index } = verifyTlogProof(text, entry, policy);
    need(digestsOfEvent(entry, "the event").has(String(artifact["manifest"]).replace("sha256:", "")), "the event is about something else");
    return `entry ${index} of the custody log`;
  });
}

/** Signatures that the record counts for an artifact. @param {Audit} audit @param {Json} artifact @param {Map<string, string>} files @param {Set<string>} listed digests of it in the BOM */
function checkSigners(audit, artifact, files, listed) {
  const { report, folder, trust, moment } = audit;
  /** @type {Set<string>} names of files that signatures for models cover */
  const vouched = new Set();
  const vouchers = { isUnable: false };
  const known = new Set([...files.values(), String(artifact["manifest"]).replace("sha256:", "")]);
  for (const recorded of list(artifact["signers"], "signers")) {
    const place = recorded["path"];
    if (place === undefined) {
      vouchers.isUnable = true;
      report.add(
        "receipt.signature",
        "not checked",
        String(artifact["receipt"]),
        `the signature of ${recorded["identity"]} for ${artifact["name"]} is not in the folder`,
      );
      continue;
    }
    report.check(
      "receipt.signature",
      place,
      noting(vouchers, () => {
        const candidates = readSignatures(folder.bytes(place), place, audit.lookup);
        return firstOf(candidates, (signed) => {
          const usage = usageOf(signed);
          need(usage === recorded["usage"], `it vouches for a ${usage}, the record says ${recorded["usage"]}`);
          const signer = signerOf(withKeyOf(signed, recorded, trust), usage, trust, moment);
          need(
            signer.identity === recorded["identity"] && signer.keyId === recorded["keyId"],
            `it is by ${signer.identity}, the record says ${recorded["identity"]}`,
          );
          requireTimes(signer, signed, recorded);
          const covered = coveredBy(signed, recorded["predicateType"], files, known);
          if (usage === "model") for (const each of covered.files) vouched.add(each);
          return signerText(signer, `${artifact["name"]}: ${covered.text}`);
        });
      }),
    );
  }
  report.check("receipt.evidence", String(artifact["receipt"]), () => {
    if (vouchers.isUnable || audit.bomSigners.isUnable) throw new Unable("a signature that it may rest on could not be checked");
    const { grade, signedFiles } = artifact["evidence"];
    need(signedFiles <= vouched.size, `signatures cover ${vouched.size} files, the record says ${signedFiles}`);
    const isAll = [...files].every(([name, hash]) => vouched.has(name) || (audit.bomSigners.isGood && listed.has(hash)));
    need(grade !== "recomputed" || (isAll && files.size > 0), "nobody who is trusted vouches for all of its files, the record says so");
    need(grade === "claim" || grade === "recomputed" || (grade === "signed" && vouched.size > 0), `no signature shows that it is ${grade}`);
    return `${grade}: signatures cover ${vouched.size} of ${files.size} files`;
  });
}

/** Notes that a check could not be made. @template T @param {{ isUnable: boolean }} notes @param {() => T} check @returns {() => T} */
const noting = (notes, check) => () => {
  try {
    return check();
  } catch (error) {
    notes.isUnable ||= error instanceof Unable;
    throw error;
  }
};

/** What a signature vouches for is what it signs, not what a record says of it. @param {Signed} signed */
function usageOf(signed) {
  need(signed.form !== "JSF", "it signs a BOM");
  if (signed.message !== undefined || signed.payloadType === "") return "model";
  const { predicateType } = statementOf(signed, "the statement");
  const isModel = predicateType.startsWith("https://model_signing/signature/") || predicateType === "https://sigstore.dev/cosign/sign/v1";
  return isModel ? "model" : "statement";
}

/** Times and log entries that the record counts must be those that were proven. @param {Signer} signer @param {Signed} signed @param {Json} recorded */
function requireTimes({ proofs }, { logEntries }, recorded) {
  for (const each of list(recorded["times"], "times", 256)) {
    const at = dateOf(each["time"])?.getTime();
    need(
      proofs.some(({ time, source }) => time.getTime() === at && source === each["source"]),
      `the time ${each["time"]} is not proven`,
    );
  }
  need(recorded["logEntries"] <= logEntries.length, `it is in ${logEntries.length} logs, the record says ${recorded["logEntries"]}`);
}

/** An envelope need not name its key: the recorded one is tried, and must be the trust root's. @param {Signed} signed @param {Json} recorded @param {Trust} trust @returns {Signed} */
function withKeyOf(signed, recorded, trust) {
  const isUnnamed = signed.certificates.length === 0 && !trust.keys.has(signed.hint) && !trust.unusable.includes(signed.hint);
  return isUnnamed && ["envelope", "cosign", "JSF"].includes(signed.form) ? { ...signed, hint: String(recorded["keyId"]) } : signed;
}

/** @typedef {{ text: string, files: string[] }} Covered in words, and by name */

/**
 * What of an artifact a signature covers: at least one of its files, or all of them by their listing.
 * @param {Signed} signed @param {string} predicateType @param {Map<string, string>} files @param {Set<string>} known @returns {Covered}
 */
function coveredBy(signed, predicateType, files, known) {
  const all = [...files.keys()];
  if (signed.message !== undefined) {
    need(signed.message.algorithm === "sha256" && known.has(hex(signed.message.value)), "it is about other bytes");
    const value = hex(signed.message.value);
    return { text: "signed file", files: all.filter((each) => files.get(each) === value) };
  }
  if (signed.payloadType === "") return { text: imageSubject(signed, known), files: all };
  const { predicateType: type, predicate, subjects } = statementOf(signed, "the statement");
  need(type === predicateType, `it is a statement of another type (${plain(type)})`);
  if (type.startsWith("https://model_signing/signature/")) return modelSubject(predicate, subjects, files);
  const digests = new Set(subjects.map((each) => each["sha256"]).filter((each) => known.has(each)));
  const named = digests.size;
  if (named === 0 && subjects.every((each) => each["sha256"] === undefined))
    throw new Unable("its subjects have no SHA-256, the only digest that the listing has");
  need(named > 0, "none of its subjects is in the artifact");
  const isWhole = [...digests].some((each) => ![...files.values()].includes(each)); // the manifest's digest
  return {
    text: `statement about ${named} of its digests`,
    files: all.filter((each) => isWhole || digests.has(files.get(each))),
  };
}

/** Payloads of cosign (simple signing) and of the Notary Project name the digest of an image manifest. @param {Signed} signed @param {Set<string>} known */
function imageSubject({ payload }, known) {
  const body = object(json(payload ?? new Uint8Array(), "payload"), "payload");
  const named = body["critical"]?.["image"]?.["docker-manifest-digest"] ?? body["targetArtifact"]?.["digest"];
  need(typeof named === "string" && known.has(named.replace("sha256:", "")), "it is about another image");
  return "signed image";
}

/** OpenSSF Model Signing: the manifest must hold together, and name files of the artifact. @param {Json} predicate @param {Json[]} subjects @param {Map<string, string>} files @returns {Covered} */
function modelSubject(predicate, subjects, files) {
  const resources = list(predicate["resources"], "resources");
  const hashes = resources.map((each) => Buffer.from(String(each["digest"]), "hex"));
  need(subjects.length === 1 && subjects[0]?.["sha256"] === sha256(...hashes), "its root digest is not that of its files");
  if (predicate["serialization"]?.["hash_type"] !== "sha256" || predicate["serialization"]?.["method"] !== "files") {
    throw new Unable("its digests are not plain SHA-256 of files, the only ones that the listing has");
  }
  const [only] = files.size === 1 ? files.values() : [];
  const digestOf = (/** @type {string} */ name) => (name === "." && files.size === 1 ? only : files.get(name));
  const missing = resources.find(({ name }) => digestOf(String(name)) === undefined);
  need(missing === undefined, `the file ${plain(String(missing?.["name"]))} is signed and is missing`);
  const equal = resources.filter(({ name, digest: hash }) => digestOf(String(name)) === hash).map(({ name }) => String(name));
  need(equal.length > 0, "it names no file of the artifact");
  return {
    text: `${equal.length} of ${counted(files.size, "file")} signed`,
    files: equal.map((each) => (each === "." ? ([...files.keys()][0] ?? "") : each)),
  };
}

/** Signatures of whole documents: the BOM, the policy, waivers. @param {Audit} audit */
function checkDocuments(audit) {
  const { report, folder, record, trust, moment } = audit;
  const named = record["files"];
  for (const place of list(named["bomSignatures"], "signatures of the BOM")) {
    const refused = list(record["rejected"], "rejected").find((each) => each["path"] === place);
    report.check("bom.signature", place, () => {
      try {
        const text = firstOf(readSignatures(folder.bytes(place), place, audit.lookup), (signed) => {
          const signer = signerOf(signed, "bom", trust, moment);
          if (signed.form !== "JSF") requireAbout(signed, folder, named["bom"]);
          else need(place === named["bom"], "it is the signature of another BOM");
          return signerText(signer, "signed");
        });
        audit.bomSigners.isGood = true;
        return text;
      } catch (error) {
        audit.bomSigners.isUnable ||= error instanceof Unable;
        if (refused === undefined) throw error;
        return `it was not accepted (${refused["code"]}), and is not now`;
      }
    });
  }
  if (named["policySignature"] !== undefined) {
    report.check("policy.signature", named["policySignature"], () =>
      firstOf(readSignatures(folder.bytes(named["policySignature"]), "the policy's signature", audit.lookup), (signed) => {
        const signer = signerOf(signed, "policy", trust, moment);
        requireAbout(signed, folder, named["policy"]);
        return signerText(signer, "signed");
      }),
    );
  }
  for (const waiver of list(record["waivers"], "waivers")) {
    if (waiver["path"] === undefined) {
      report.add("decision.waiver", "not checked", plain(String(waiver["rule"])), "the waiver is not in the folder");
      continue;
    }
    report.check("decision.waiver", waiver["path"], () =>
      firstOf(readSignatures(folder.bytes(waiver["path"]), "the waiver", audit.lookup), (signed) => {
        const signer = signerOf(signed, "policy", trust, moment);
        const { predicateType, predicate, subjects } = statementOf(signed, "the waiver");
        need(predicateType === "https://aibom.dev/waiver/v1" && subjects.length === 1, "it is no waiver");
        need(`sha256:${subjects[0]?.["sha256"]}` === waiver["digest"], "it is about something else");
        need(
          ["rule", "reason", "ticket", "issuedAt", "notAfter"].every((each) => predicate[each] === waiver[each]),
          "the record says something else of it",
        );
        need(signer.identity === waiver["signer"], `it is by ${signer.identity}, the record says ${waiver["signer"]}`);
        const at = dateOf(record["at"]) ?? moment.now;
        requireWindow({ from: dateOf(waiver["issuedAt"]), until: dateOf(waiver["notAfter"]) }, at, "the waiver");
        return signerText(signer, `rule ${plain(String(waiver["rule"]))} waived until ${waiver["notAfter"]}`);
      }),
    );
  }
}

/** @param {Signed} signed @param {Folder} folder @param {string} name */
function requireAbout(signed, folder, name) {
  const expected = folder.files.get(name)?.sha256;
  if (signed.message !== undefined) return need(hex(signed.message.value) === expected, `it is about other bytes than ${name}`);
  const { subjects } = statementOf(signed, "the signature");
  return need(expected !== undefined && subjects.some((each) => each["sha256"] === expected), `it is about other bytes than ${name}`);
}

/** The decision, and the statements made of it. @param {Audit} audit */
function checkDecision(audit) {
  const { report, folder, record } = audit;
  const { outcome, path: place } = object(record["verdict"], "verdict");
  report.check("decision.verdict", String(place), () => {
    const verdict = folder.json(place);
    need(verdict["verdict"] === outcome && verdict["at"] === record["at"], "the verdict is another one than the record says");
    requireSameRules(record, verdict);
    return `${outcome} at ${record["at"]}`;
  });
  for (const kind of ["vsa", "svr"]) {
    const name = record["files"][kind];
    if (name === undefined) continue;
    report.check(`decision.${kind}`, name, () => {
      const lines = utf8(folder.bytes(name), name)
        .split("\n")
        .filter((each) => each !== "");
      const signers = lines.map((line) => summaryBy(audit, object(json(Buffer.from(line), name), name)));
      const signed = signers.filter((each) => each !== undefined);
      return `${counted(lines.length, "statement")}, ${signed.length === 0 ? "unsigned: the seal covers them" : `signed by ${signed.join(", ")}`}`;
    });
  }
}

/** The record, which the page shows, and the verdict are two copies of one decision. @param {Json} record @param {Json} verdict */
function requireSameRules(record, verdict) {
  const rulesOf = (/** @type {Json} */ holder) => list(holder["rules"] ?? [], "rules");
  const text = (/** @type {Json} */ holder) =>
    JSON.stringify(
      rulesOf(holder)
        .map(({ rule, status, mode }) => JSON.stringify([rule, status, mode]))
        .sort(),
    );
  need(text(record) === text(verdict), "the record has other rules than the verdict");
  const findings = (/** @type {Json} */ holder) =>
    JSON.stringify(
      list(holder["findings"] ?? [], "findings")
        .map(({ code, severity, subject }) => JSON.stringify([code, severity, subject]))
        .sort(),
    );
  need(findings(record) === findings(verdict), "the record has other findings than the verdict");
  const states = [
    ...rulesOf(record).filter(({ mode, status }) => mode === "enforce" || status === "undecided"),
    ...list(record["artifacts"], "artifacts"),
  ];
  const isAgainst = states.some(({ status }) => status === "fail" || status === "undecided");
  need(record["verdict"]["outcome"] !== "allow" || !isAgainst, "it allows what a rule does not");
}

/** A statement about one artifact must say no more than the verdict. @param {Audit} audit @param {Json} root @returns {string | undefined} who signed it, if it is signed by itself */
function summaryBy({ record, trust, moment, lookup, digests }, root) {
  const isSigned = "verificationMaterial" in root;
  const payload = Buffer.from(JSON.stringify(root));
  const signed = isSigned ? readBundle(root, lookup) : undefined;
  const { predicate, subjects } = statementOf(signed ?? { payload, payloadType: inToto }, "the statement");
  const policy = list(record["inputs"], "inputs").find((each) => each["kind"] === "policy")?.["digest"];
  const stated = predicate["policy"] ?? predicate["verifier"]?.["policies"]?.[0];
  need(`sha256:${stated?.["digest"]?.["sha256"]}` === policy, "a statement is about another policy");
  need(
    subjects.every((each) => digests.has(each["sha256"])),
    "a statement is about other files",
  );
  const isPass = predicate["verificationResult"] === "PASSED" || list(predicate["properties"] ?? [], "properties").length > 0;
  const { outcome, environment, unsafe } = record["verdict"];
  need(!isPass || outcome === "allow", "a statement says that a policy passed, the verdict does not");
  const isWeak = unsafe.length > 0 || (environment !== undefined && environment["mode"] !== "enforce");
  need(!isPass || !isWeak, "a statement says that a policy passed, checks were weakened");
  return signed && signerOf(signed, "statement", trust, moment).identity;
}

// ---------------------------------------------------------------------------------------------------------------------
// The custody log

const custodyEntry = "application/vnd.aibom.custody-entry+json";

/** Place of a tile (C2SP tlog-tiles). @param {string} level @param {number} index @param {number} width */
function tilePath(level, index, width) {
  const digits = String(index).padStart(3 * Math.ceil(String(index).length / 3), "0");
  const parts = digits.match(/\d{3}/g) ?? [];
  return `tile/${level}/${parts.map((part, at) => (at < parts.length - 1 ? `x${part}` : part)).join("/")}${width === 256 ? "" : `.p/${width}`}`;
}

/** Every entry, the tree over all of them, and who signed it. @param {Audit} audit */
function checkCustody(audit) {
  const { report, folder, record, trust } = audit;
  const custody = record["custody"];
  if (custody === undefined) return report.add("custody.log", "ok", "data/custody", "no custody log is part of the folder, as recorded");
  const root = String(custody["path"]);
  const text = (/** @type {string} */ name) => utf8(folder.bytes(name), name);
  const policy = report.check(
    "custody.policy",
    `${root}/policy`,
    () => parseLogPolicy(text(`${root}/policy`)),
    (found) =>
      `${counted(found.logs.length, "log")}, witnesses: ${found.witnesses.length}, quorum ${found.quorum}: the folder's own, which shows that the log is whole, not whose it is`,
  );
  audit.policy = policy;
  const checkpoint =
    policy &&
    report.check(
      "custody.checkpoint",
      `${root}/checkpoint`,
      () => {
        const found = parseCheckpoint(text(`${root}/checkpoint`), "the checkpoint");
        requireLog(found, policy);
        need(found.origin === custody["origin"] && found.size === BigInt(custody["entries"]), "the record is about another log");
        need(Buffer.from(found.rootHash).toString("base64") === custody["rootHash"], "the record has another root");
        return found;
      },
      (found) => `${found.origin}, ${found.size} entries`,
    );
  if (policy === undefined || checkpoint === undefined) return undefined;
  const leaves = report.check(
    "custody.entries",
    `${root}/tile/entries`,
    () => {
      audit.entries = readEntries(folder, root, Number(checkpoint.size));
      const hashes = audit.entries.map(leafHash);
      need(same(rootOfLeaves(hashes), checkpoint.rootHash), "the entries are not those that the log signed");
      checkTiles(folder, root, hashes);
      return hashes;
    },
    (found) => `${found.length} entries in one tree`,
  );
  if (leaves === undefined) return undefined;
  report.check("custody.actors", `${root}/tile/entries`, () => {
    const logs = policy.logs.filter(({ name }) => name === checkpoint.origin);
    const actors = audit.entries.map((bytes, index) => custodyActor(bytes, leaves[index - 1], logs, trust, index));
    const count = (/** @type {string} */ kind) => actors.filter((each) => each === kind).length;
    return `signed by keys of the trust root: ${count("named")}, by other keys: ${count("unnamed")}, by the log for people without a key: ${count("log")}`;
  });
  return checkWitnesses(audit, root, policy, leaves, checkpoint);
}

/** Checkpoints that witnesses cosigned: they must be of this log's past, and one must have the quorum. @param {Audit} audit @param {string} root @param {ReturnType<typeof parseLogPolicy>} policy @param {Bytes[]} leaves @param {ReturnType<typeof parseCheckpoint>} newest */
function checkWitnesses({ report, folder }, root, policy, leaves, newest) {
  const notes = [newest];
  for (const name of folder.below(`${root}/cosigned`)) {
    report.check("custody.cosigned", name, () => {
      const note = parseCheckpoint(utf8(folder.bytes(name), name), "the checkpoint");
      requireLog(note, policy);
      need(note.origin === newest.origin && note.size <= BigInt(leaves.length), "it is of another log, or newer than the log");
      need(same(rootOfLeaves(leaves.slice(0, Number(note.size))), note.rootHash), "the log was rewritten since it was cosigned");
      const witnesses = noteSigners(note, policy.witnesses).map((each) => each.name);
      notes.push(note);
      return `${note.size} entries, cosigned by ${witnesses.join(", ") || "nobody whom the policy names"}`;
    });
  }
  if (policy.quorum === "none") return;
  report.check("custody.quorum", root, () => {
    const enough = notes.findLast((note) => policy.isQuorum(new Set(noteSigners(note, policy.witnesses).map((each) => each.name))));
    if (enough === undefined) throw new Unable(`no checkpoint has the cosignatures that the policy asks for (${policy.quorum})`);
    return `${enough.size} of ${newest.size} entries are witnessed`;
  });
}

/** Digests that an entry is about. @param {Bytes} bytes @param {string} what @returns {Set<string>} */
function digestsOfEvent(bytes, what) {
  const [signed] = readEnvelope(object(json(bytes, what), what));
  const entry = object(json(signed?.payload ?? new Uint8Array(), what), what);
  const resources = ["subject", "inputs", "outputs"].flatMap((each) => list(entry[each] ?? [], each));
  return new Set(resources.map((each) => String(each["digest"]?.["sha256"])));
}

/** @param {Folder} folder @param {string} root @param {number} size */
function readEntries(folder, root, size) {
  /** @type {Bytes[]} */
  const entries = [];
  for (let tile = 0; tile * 256 < size; tile += 1) {
    const width = Math.min(256, size - tile * 256);
    const bytes = Buffer.from(folder.bytes(`${root}/${tilePath("entries", tile, width)}`));
    let at = 0;
    for (let count = 0; count < width; count += 1) {
      need(at + 2 <= bytes.length, "a bundle of entries is cut off");
      const end = at + 2 + bytes.readUInt16BE(at);
      need(end <= bytes.length, "a bundle of entries is cut off");
      entries.push(bytes.subarray(at + 2, end));
      at = end;
    }
    need(at === bytes.length, "a bundle of entries has bytes behind its entries");
  }
  return entries;
}

/** The hashes that the log's files hold must be those of its entries. @param {Folder} folder @param {string} root @param {Bytes[]} leaves */
function checkTiles(folder, root, leaves) {
  let hashes = leaves;
  for (let level = 0; hashes.length > 0; level += 1) {
    /** @type {Bytes[]} */
    const above = [];
    for (let tile = 0; tile * 256 < hashes.length; tile += 1) {
      const part = hashes.slice(tile * 256, (tile + 1) * 256);
      const name = `${root}/${tilePath(String(level), tile, part.length)}`;
      need(same(folder.bytes(name), Buffer.concat(part)), `${name} does not hold the hashes of its entries`);
      if (part.length === 256) above.push(rootOfTile(part));
    }
    hashes = above;
  }
}

/** @param {Bytes[]} hashes a power of two of them @returns {Bytes} */
function rootOfTile(hashes) {
  let level = hashes;
  while (level.length > 1)
    level = Array.from({ length: level.length / 2 }, (_, at) =>
      nodeHash(/** @type {Bytes} */ (level[2 * at]), /** @type {Bytes} */ (level[2 * at + 1])),
    );
  return /** @type {Bytes} */ (level[0]);
}

/** Who signed an entry: the actor's own key, or the log for an actor without one. @param {Bytes} bytes @param {Bytes | undefined} before @param {NoteKey[]} logs @param {Trust} trust @param {number} index */
function custodyActor(bytes, before, logs, trust, index) {
  const what = `entry ${index}`;
  const [signed, ...more] = readEnvelope(object(json(bytes, what), what));
  need(signed !== undefined && more.length === 0 && signed.payloadType === custodyEntry, `${what} is no custody entry`);
  const entry = object(json(signed.payload ?? new Uint8Array(), what), what);
  need(entry["prev"] === (before === undefined ? undefined : hex(before)), `${what} does not follow the one before it`);
  const actor = entry["actor"]?.["authenticated"];
  const keys = actor === undefined ? logs.map(({ key }) => key) : [publicKey(base64(actor["publicKey"], "key"), `key of ${what}`)];
  const key = keys.find((each) => keyIdOf(each) === signed.hint && (actor === undefined || actor["keyId"] === signed.hint));
  need(key !== undefined && signed.isBy(key), `the signature of ${what} is not good`);
  if (actor === undefined) return "log";
  return trust.keys.has(signed.hint) ? "named" : "unnamed";
}

// ---------------------------------------------------------------------------------------------------------------------
// The program

const usage = "usage: node verify.mjs [DIR] [--json] [--trust-root DIR] [--expect-signer NAME] [--expect-key SHA256|FILE] [--at TIME]";

const help = `${usage}

Checks every digest, signature, proof and time of an audit folder. Nothing is installed, nothing is asked of a network.

  DIR                    the folder; default: where this program lies
  --expect-key KEY       the seal must be by this key: its SHA-256 (64 digits), or a file with the public key in PEM
  --trust-root DIR       your own trust root, instead of the folder's
  --expect-signer NAME   the seal must be by this identity; together with --trust-root
  --at TIME              judge for this instant, such as 2026-01-31T12:00:00Z; default: now
  --json                 the same for programs

Exit codes: 0 every check is ok, 1 a check failed, 2 wrong use, 3 something could not be checked.

Without --expect-key or --trust-root it shows that the folder is whole, not who made it. VERIFY.md has the same by hand.
`;

/** The public key in a file of the user's. @param {string} place */
function expectedKey(place) {
  const wanted = "--expect-key wants the key's SHA-256 (all 64 digits), or a file with the public key in PEM";
  if (!fs.existsSync(place)) throw new Error(`${wanted}: there is no file ${place}`);
  const [spki] = pemBlocks(fs.readFileSync(place, "latin1"), "PUBLIC KEY");
  if (spki === undefined) throw new Error(`${wanted}: ${place} holds none`);
  return publicKey(spki, "the given key");
}

/** @param {string[]} args @returns {Options | undefined} nothing if help was asked for */
function parseOptions(args) {
  const text = /** @type {const} */ ({ type: "string" });
  const options = {
    json: /** @type {const} */ ({ type: "boolean" }),
    help: /** @type {const} */ ({ type: "boolean", short: "h" }),
    "trust-root": text,
    "expect-signer": text,
    "expect-key": text,
    at: text,
  };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help === true) return undefined;
  const now = new Date(values.at ?? Date.now());
  const expected = values["expect-key"]?.replace(/^sha256:/, "");
  const isId = expected !== undefined && /^[0-9a-fA-F]{64}$/.test(expected);
  const key = expected === undefined || isId ? undefined : expectedKey(expected);
  if (positionals.length > 1) throw new Error("one folder at a time");
  if (Number.isNaN(now.getTime())) throw new Error(`--at wants a time such as 2026-01-31T12:00:00Z, got ${values.at}`);
  const trustRoot = values["trust-root"];
  if (trustRoot !== undefined && !fs.existsSync(path.join(trustRoot, "trust.json")))
    throw new Error(`there is no trust root in ${trustRoot}: name the directory that has trust.json`);
  const expectKey = key === undefined ? expected?.toLowerCase() : keyIdOf(key);
  const directory = positionals[0] ?? path.dirname(fileURLToPath(import.meta.url));
  return {
    directory,
    json: values.json ?? false,
    trustRoot,
    expectSigner: values["expect-signer"],
    expectKey,
    key,
    now,
  };
}

/** @param {Options} options */
export function verifyFolder(options) {
  const report = new Report();
  const folder = new Folder(options.directory);
  checkBag(report, folder);
  const byDigest = new Map([...folder.files].map(([name, entry]) => [entry.sha256, name]));
  /** @type {Lookup} */
  const lookup = (hash) => {
    const name = byDigest.get(hash);
    return name === undefined ? undefined : folder.bytes(name);
  };
  const record = report.check(
    "record.read",
    recordName,
    () => {
      const found = folder.json(recordName);
      need(found["$schema"] === "https://aibom.dev/schemas/audit-record/v1", "it is of another version");
      return found;
    },
    (found) => `${found["title"]}, ${found["at"]}`,
  );
  const trust =
    record &&
    report.check(
      "trust.read",
      options.trustRoot ?? "data/trust-root",
      () => {
        if (options.trustRoot === undefined) return loadTrust((name) => folder.bytes(`data/trust-root/${name}`));
        const own = new Folder(options.trustRoot);
        own.read(() => {});
        return loadTrust((name) => own.bytes(name));
      },
      ({ digest: found }) =>
        options.trustRoot === undefined
          ? `anchors: the folder's own, sha256:${found}: they show that the folder is whole, not who made it`
          : `anchors: yours, sha256:${found}`,
    );
  if (record !== undefined && trust !== undefined) {
    /** @type {Audit} */
    const audit = {
      report,
      folder,
      options,
      record,
      trust,
      moment: { now: options.now, sealed: undefined },
      lookup,
      policy: undefined,
      entries: [],
      digests: new Set(),
      bomSigners: { isGood: false, isUnable: false },
    };
    /** @type {[string, (audit: Audit) => void][]} */
    const steps = [
      ["seal", checkSeal],
      ["record", checkInputs],
      ["custody", checkCustody],
      ["seal", checkSealEvent],
      ["bom", checkDocuments],
      ["receipt", checkReceipts],
      ["decision", checkDecision],
    ];
    for (const [name, step] of steps) {
      try {
        step(audit);
      } catch (error) {
        report.add(`${name}.shape`, "FAIL", recordName, error instanceof Error ? error.message : String(error));
      }
    }
  }
  return report;
}

function main() {
  let options;
  try {
    options = parseOptions(process.argv.slice(2));
    if (options === undefined) {
      process.stdout.write(help);
      return 0;
    }
    const { directory } = options;
    if (!fs.existsSync(directory)) throw new Error(`there is no folder ${directory}`);
    const isDirectory = fs.statSync(directory).isDirectory();
    if (!isDirectory) throw new Error(`${directory} is no folder; unpack an archive first: tar --zstd -xf FILE.tar.zst`);
  } catch (error) {
    process.stderr.write(`${plain(error instanceof Error ? error.message : String(error))}\n${usage}\n`);
    return 2;
  }
  const report = verifyFolder(options);
  const { lines, failed, unable } = report;
  const exit = failed > 0 ? 1 : unable > 0 ? 3 : 0;
  const own = sha256(fs.readFileSync(fileURLToPath(import.meta.url)));
  const verdict = [
    "the folder is whole and everything in it was verified",
    "THE FOLDER IS NOT WHAT IT SAYS",
    "",
    "not everything could be checked",
  ][exit];
  if (options.json) {
    const anchors = options.trustRoot === undefined ? "folder" : "given";
    process.stdout.write(
      `${JSON.stringify({ exit, failed, notChecked: unable, ok: lines.length - failed - unable, anchors, verifier: `sha256:${own}`, node: process.version, checks: lines }, null, 2)}\n`,
    );
    return exit;
  }
  for (const { id, state, place, text } of lines)
    process.stdout.write(`${state.padEnd(11)} ${id.padEnd(20)} ${plain(place)}: ${plain(text)}\n`);
  process.stdout.write(`\n${lines.length - failed - unable} ok, ${failed} failed, ${unable} not checked: ${verdict}\n`);
  process.stdout.write(`verify.mjs sha256:${own}, Node.js ${process.version}, judged at ${instantText(options.now)}\n`);
  return exit;
}

export { loadTrust, readSignatures, signerOf, verifyTimestamp };

// Imported with ?library it runs nothing: for tests, which ask thousands of times.
if (!import.meta.url.endsWith("?library")) process.exitCode = main();
