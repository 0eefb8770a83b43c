// SPDX-License-Identifier: Apache-2.0
// The tree: known values of RFC 6962, all proofs of small trees, and that nothing else is a proof.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  emptyRoot,
  isConsistent,
  isSameHash,
  leafHash,
  rootOfInclusion,
  rootOver,
} from "../../src/tlog/merkle.ts";
import { hashesAt, lastTiles, type Tile, tilePath, tileWidth } from "../../src/tlog/tile.ts";
import { TileTree } from "../../src/tlog/tile-tree.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const leaves = Array.from({ length: 700 }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));

/** Tiles of a tree that is held in memory, by their definition: hashes of complete subtrees. */
function treeOf(size: number): TileTree {
  const level = (height: number): Uint8Array[] =>
    Array.from({ length: hashesAt(height, size) }, (_, index) =>
      rootOver(leaves.slice(index * tileWidth ** height, (index + 1) * tileWidth ** height)),
    );
  const levels = [level(0), level(1), level(2)];
  return new TileTree(size, ({ level: at, index, width }: Tile) =>
    Buffer.concat(levels[Number(at)]?.slice(index * tileWidth, index * tileWidth + width) ?? []),
  );
}

const rootAt = (size: number): Uint8Array => rootOver(leaves.slice(0, size));

test("known hashes (RFC 6962, as Certificate Transparency's own tests have them)", () => {
  assert.equal(hex(emptyRoot()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert.equal(
    hex(leafHash(new Uint8Array(0))),
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  );
  assert.equal(
    hex(leafHash(Buffer.from("L123456"))),
    "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56",
  );
});

test("every inclusion proof of every tree up to 70 leaves leads to the root, and to no other place", () => {
  for (let size = 1; size <= 70; size += 1) {
    const tree = treeOf(size);
    assert.equal(hex(tree.root()), hex(rootAt(size)));
    for (let index = 0; index < size; index += 1) {
      const leaf = leaves[index] ?? emptyRoot();
      const proof = tree.inclusionProof(index);
      const found = rootOfInclusion(leaf, index, size, proof);
      assert.ok(found !== undefined && isSameHash(found, rootAt(size)));
      const other = rootOfInclusion(leaf, index, size + 1, proof);
      assert.ok(other === undefined || !isSameHash(other, rootAt(size + 1)));
      assert.equal(rootOfInclusion(leaf, index, size, [...proof, leaf]), undefined, "one hash too many");
      if (proof.length > 0) {
        assert.equal(rootOfInclusion(leaf, index, size, proof.slice(1)), undefined, "one hash too few");
      }
    }
  }
  assert.equal(rootOfInclusion(emptyRoot(), 3, 3, []), undefined);
  assert.equal(rootOfInclusion(emptyRoot(), -1, 3, []), undefined);
});

test("every consistency proof of every pair up to 40 leaves holds", () => {
  for (let newer = 1; newer <= 40; newer += 1) {
    for (let older = 1; older <= newer; older += 1) {
      const proof = older === newer ? [] : treeOf(newer).consistencyProof(older);
      const [one, other] = [
        { size: older, root: rootAt(older) },
        { size: newer, root: rootAt(newer) },
      ];
      assert.ok(isConsistent(one, other, proof), `${older} to ${newer}`);
      assert.ok(!isConsistent({ ...one, root: leafHash(one.root) }, other, proof));
      assert.ok(!isConsistent(one, { ...other, root: leafHash(one.root) }, proof));
      assert.ok(!isConsistent(one, other, [...proof, one.root]));
    }
  }
  const empty = { size: 0, root: emptyRoot() };
  assert.ok(isConsistent(empty, { size: 5, root: rootAt(5) }, []));
  assert.ok(!isConsistent({ size: 0, root: rootAt(1) }, { size: 5, root: rootAt(5) }, []));
  assert.ok(!isConsistent({ size: 6, root: rootAt(6) }, { size: 5, root: rootAt(5) }, []));
});

test("trees over several tiles: proofs at random places, and no proof for a history with one other leaf", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 700 }).chain((size) =>
        fc.record({
          size: fc.constant(size),
          older: fc.integer({ min: 1, max: size - 1 }),
          index: fc.integer({ min: 0, max: size - 1 }),
        }),
      ),
      ({ size, older, index }) => {
        const tree = treeOf(size);
        const root = rootAt(size);
        const found = rootOfInclusion(leaves[index] ?? root, index, size, tree.inclusionProof(index));
        assert.ok(found !== undefined && isSameHash(found, root));
        const proof = tree.consistencyProof(older);
        assert.ok(isConsistent({ size: older, root: rootAt(older) }, { size, root }, proof));
        const rewritten = leaves.slice(0, older).with(index % older, leafHash(Buffer.from("rewritten")));
        assert.ok(!isConsistent({ size: older, root: rootOver(rewritten) }, { size, root }, proof));
      },
    ),
    { numRuns: 60 },
  );
});

test("paths of tiles are those of tlog-tiles", () => {
  assert.equal(tilePath({ level: 0, index: 1_234_067, width: 256 }), "tile/0/x001/x234/067");
  assert.equal(tilePath({ level: 2, index: 0, width: 1 }), "tile/2/000.p/1");
  assert.equal(tilePath({ level: "entries", index: 999, width: 255 }), "tile/entries/999.p/255");
  assert.equal(tilePath({ level: "entries", index: 1000, width: 256 }), "tile/entries/x001/000");
  // The specification's example: 70,000 entries.
  assert.deepEqual(lastTiles(70_000), [
    { level: 0, index: 273, width: 112 },
    { level: 1, index: 1, width: 17 },
    { level: 2, index: 0, width: 1 },
  ]);
  assert.deepEqual(lastTiles(256), [
    { level: 0, index: 0, width: 256 },
    { level: 1, index: 0, width: 1 },
  ]);
});
