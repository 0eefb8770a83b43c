// SPDX-License-Identifier: Apache-2.0
// The picture of the supply chain: what stands in which column, how it is grouped, and that nothing covers anything.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { auditRecord, largeAuditRecord } from "../../fixtures/audit-record.ts";
import { type ChainBoxes, chainBoxes } from "../../src/page/chain/boxes.ts";
import { type ChainGraph, type ChainNode, chainGraph } from "../../src/page/chain/graph.ts";
import { boxSize, chainLayout } from "../../src/page/chain/layout.ts";
import { boxDetail, boxTitle, chainSvg } from "../../src/page/chain/svg.ts";
import { nodeIds } from "../../src/page/node-ids.ts";
import { pageLimits } from "../../src/page-limits.ts";
import { elements } from "../report/markup-elements.ts";

const noIds = nodeIds([], []);

test("a service stands beside its system: it needs models, and no model comes from it", () => {
  const record = auditRecord();
  const service = { ref: "service:api", name: "api", kind: "service", licenses: [] } as const;
  const { nodes } = chainGraph({ ...record, components: [...record.components, service] });
  assert.equal(nodes.find(({ ref }) => ref === "service:api")?.column, 0);
});

test("columns: system and services, models, base models and datasets, images and environments, libraries", () => {
  const { nodes } = chainGraph(auditRecord());
  const columns = new Map(nodes.map(({ name, column }) => [name, column]));
  assert.deepEqual(Object.fromEntries(columns), {
    "Support assistant": 0,
    "support-chat-8b": 1,
    "tone-adapter": 1,
    "base-8b": 2,
    "web-crawl": 2,
    "tickets-2025": 2,
    "inference-server.tar": 3,
    venv: 3,
    torch: 4,
    transformers: 4,
    safetensors: 4,
  });
  const tones = new Map(nodes.map(({ name, tone }) => [name, tone]));
  assert.equal(tones.get("Support assistant"), "bad");
  assert.equal(tones.get("venv"), "open");
  assert.equal(tones.get("torch"), "none");
});

test("a few nodes are drawn one by one", () => {
  const { boxes, links } = chainBoxes(chainGraph(auditRecord()));
  assert.equal(boxes.length, 11);
  assert.ok(boxes.every(({ nodes }) => nodes.length === 1));
  assert.equal(links.length, 12);
});

for (const count of [50, 500, 1000, 10_000]) {
  test(`${count} nodes: no column is longer than a screen, nobody is left out, problems come first`, () => {
    const graph = chainGraph(largeAuditRecord(count));
    const chain = chainBoxes(graph);
    assert.equal(chain.boxes.flatMap(({ nodes }) => nodes).length, count);
    for (const column of [0, 1, 2, 3, 4]) {
      const boxes = chain.boxes.filter((box) => box.column === column);
      assert.ok(boxes.length <= pageLimits.maxBoxesInColumn);
      const grouped = boxes.filter(({ nodes }) => nodes.length > 1);
      for (const { nodes } of grouped) {
        assert.equal(new Set(nodes.map(({ tone }) => tone)).size, 1);
      }
      const single = boxes.filter(({ nodes }) => nodes.length === 1).map(({ nodes }) => nodes[0]?.tone);
      const all = graph.nodes.filter((node) => node.column === column && node.tone === "bad").length;
      const drawn = single.filter((tone) => tone === "bad").length;
      assert.ok(drawn === all || drawn >= pageLimits.maxProblemBoxesInColumn, `${drawn} of ${all}`);
    }
    assertReadable(chain);
  });
}

test("groups say how many of what", () => {
  const chain = chainBoxes(chainGraph(largeAuditRecord(500)));
  const titles = chain.boxes.map((box) => `${boxTitle(box)}: ${boxDetail(box)}`);
  assert.ok(titles.includes("475 libraries: pypi · not judged"), titles.join("\n"));
  assert.ok(titles.includes("artifact-00003: environment · denied"));
});

/** Boxes of one column keep their distance, lines begin and end at boxes, everything is within the picture. */
function assertReadable(chain: ChainBoxes): void {
  const { width, height, boxes, lines } = chainLayout(chain);
  for (const [index, box] of boxes.entries()) {
    assert.ok(box.x >= 0 && box.x + boxSize.width <= width);
    assert.ok(box.y >= 0 && box.y + boxSize.height <= height, `${box.y} in ${height}`);
    for (const other of boxes.slice(index + 1)) {
      const isApart = Math.abs(box.y - other.y) >= boxSize.height || box.x !== other.x;
      assert.ok(isApart, `boxes at ${JSON.stringify([box, other])}`);
    }
  }
  for (const [index, line] of lines.entries()) {
    const { from, to } = chain.links[index] ?? { from: 0, to: 0 };
    for (const [end, box] of [
      [line[0], boxes[from]],
      [line.at(-1), boxes[to]],
    ] as const) {
      assert.ok(end !== undefined && box !== undefined);
      assert.ok(Math.abs(end.y - (box.y + boxSize.height / 2)) < 0.01);
      assert.ok(Math.min(Math.abs(end.x - box.x), Math.abs(end.x - box.x - boxSize.width)) < 0.01);
    }
    for (const { x, y } of line) {
      assert.ok(Number.isFinite(x) && Number.isFinite(y));
    }
  }
}

const tones = ["good", "bad", "open", "waived", "none"] as const;

const anyGraph = fc
  .record({
    nodes: fc.array(
      fc.record({ column: fc.nat(4), tone: fc.constantFrom(...tones), detail: fc.constantFrom("", "npm") }),
      { minLength: 1, maxLength: 80 },
    ),
    edges: fc.array(fc.record({ from: fc.nat(79), to: fc.nat(79), isLineage: fc.boolean() }), {
      maxLength: 120,
    }),
  })
  .map(({ nodes, edges }): ChainGraph => {
    const all = nodes.map(
      (node, index): ChainNode => ({
        ...node,
        ref: String(index),
        name: `n${index}`,
        kind: "model",
        isArtifact: true,
      }),
    );
    const between = edges.filter(({ from, to }) => from !== to && from < all.length && to < all.length);
    return {
      nodes: all,
      edges: between.map(({ from, to, isLineage }) => ({ from: String(from), to: String(to), isLineage })),
    };
  });

test("any graph, with circles too, is drawn readable and is markup", () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const chain = chainBoxes(graph);
      assertReadable(chain);
      const svg = chainSvg(chain, noIds).text;
      assert.equal(elements(svg).filter((name) => name === "a").length, chain.boxes.length);
    }),
    { numRuns: 300 },
  );
});

test("a long name is cut in the middle and written out on demand", () => {
  const [artifact] = auditRecord().artifacts;
  assert.ok(artifact !== undefined);
  const named = (name: string): string => {
    const record = auditRecord({ artifacts: [{ ...artifact, name }], components: [], relations: [] });
    return chainSvg(chainBoxes(chainGraph(record)), noIds).text;
  };
  assert.match(named("llama-3-70b-instruct-q4_k_m"), />llama-3-70b…4_k_m<\/text>/);
  assert.match(named("llama-3-70b-instruct-q4_k_m"), /<title>llama-3-70b-instruct-q4_k_m, /);
  assert.match(named("大きな言語モデルの名前です"), />大きな言…です<\/text>|…/);
  assert.match(named("a\u202eb"), />a\\u\{202e\}b<\/text>/);
});
