// SPDX-License-Identifier: Apache-2.0
// START-HERE.html in a real browser: accessible, silent, asks for nothing, works with the keyboard and without its script.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after } from "node:test";
import type { Page } from "playwright-core";
import { recordOf } from "../page/hostile-record.ts";
import {
  browserTests,
  closeBrowser,
  openPage,
  recordOfSize,
  shotsDirectory,
  writePage,
} from "./open-page.ts";

after(closeBrowser);

const axeSource = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Everything that axe-core objects to, grave or not. */
async function objections(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const violations = (await page.evaluate(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((result) => result.violations)",
  )) as readonly Violation[];
  return violations.map(
    ({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`,
  );
}

for (const [name, count, options] of [
  ["light", 5, { colorScheme: "light" }],
  ["dark", 5, { colorScheme: "dark" }],
  ["narrow", 5, { viewport: { width: 360, height: 740 } }],
  ["narrow and dark", 50, { viewport: { width: 360, height: 740 }, colorScheme: "dark" }],
  ["more contrast", 5, { contrast: "more", forcedColors: "active" }],
  ["grouped", 500, {}],
  ["without script", 50, { javaScriptEnabled: false }],
] as const) {
  test(
    `${name}: axe-core has nothing to object, the console is silent, nothing is asked for`,
    browserTests,
    async () => {
      const opened = await openPage(writePage(recordOfSize(count), `${count}`), options);
      const { page, requests, complaints } = opened;
      if (!("javaScriptEnabled" in options)) {
        assert.deepEqual(await objections(page), []);
      }
      await page.screenshot({ path: join(shotsDirectory, `${name.replaceAll(" ", "-")}.png`) });
      assert.deepEqual(requests, []);
      assert.deepEqual(complaints, []);
      await page.context().close();
    },
  );
}

test("no page is wider than a phone; the picture scrolls by itself", browserTests, async () => {
  for (const count of [5, 500]) {
    const { page } = await openPage(writePage(recordOfSize(count), `${count}`), {
      viewport: { width: 360, height: 740 },
    });
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
    await page.context().close();
  }
});

test(
  "without script everything can be read: tables, the picture's table, links to rows",
  browserTests,
  async () => {
    const { page } = await openPage(writePage(recordOfSize(50), "50"), { javaScriptEnabled: false });
    assert.equal(await page.locator(".tools").count(), 0);
    assert.equal(await page.locator("thead button").count(), 0);
    assert.ok(await page.getByRole("heading", { level: 1, name: "Denied" }).isVisible());
    assert.equal(await page.locator("#component-table tbody tr:visible").count(), 47);
    const details = page.locator("#chain-as-table");
    await details.locator("summary").click();
    assert.ok(await details.locator("table").isVisible());
    await page.locator(".chain .box").first().click();
    assert.match(page.url(), /#a1$/);
    await page.context().close();
  },
);

test("search, filter, sort and what they say", browserTests, async () => {
  const { page, complaints } = await openPage(writePage(recordOfSize(500), "500"));
  const box = page.locator("#components .listing");
  const visible = page.locator("#component-table tbody tr:visible");
  const status = box.getByRole("status");
  assert.equal(await status.textContent(), "475 components");
  await box.getByRole("searchbox").fill("LIBRARY-47 bsd");
  assert.equal(await status.textContent(), "6 of 475 components");
  assert.equal(await visible.count(), 6);
  await box.getByRole("searchbox").press("Escape");
  assert.equal(await visible.count(), 475);
  const artifacts = page.locator("#artifacts .listing");
  await artifacts.getByLabel(/^Verdict: /).selectOption("denied");
  assert.match((await artifacts.getByRole("status").textContent()) ?? "", /^4 of 25 artifacts$/);
  await artifacts.getByRole("button", { name: "Clear" }).click();
  const sizes = page.getByRole("button", { name: "Verdict" }).first();
  await sizes.click();
  const words = (): Promise<string[]> =>
    page.locator("#artifact-table tbody tr td:nth-child(2)").allTextContents();
  const up = await words();
  assert.equal(up[0], "denied");
  assert.equal(up.at(-1), "allowed");
  await sizes.click();
  assert.deepEqual(
    await words(),
    [...up].reverse().sort((a, b) => up.lastIndexOf(b) - up.lastIndexOf(a)),
  );
  assert.equal(await page.locator("#artifact-table th[aria-sort=descending]").count(), 1);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test(
  "a group of the picture leads to its table, filtered; a box to its row, whatever was filtered",
  browserTests,
  async () => {
    const { page } = await openPage(writePage(recordOfSize(1000), "1000"));
    await page.getByRole("link", { name: /^8 images, allowed/ }).click();
    const status = page.locator("#artifacts").getByRole("status");
    assert.match((await status.textContent()) ?? "", /^\d+ of 50 artifacts$/);
    const hidden = page.locator("#artifact-table tbody tr[hidden]").first();
    const id = await hidden.getAttribute("id");
    await page.evaluate((target) => {
      location.hash = target;
    }, id ?? "");
    await page.waitForFunction((target) => !document.getElementById(target)?.hidden, id ?? "");
    assert.equal(await status.textContent(), "50 artifacts");
    await page.context().close();
  },
);

test(
  "the picture traces what a box belongs to, for the mouse and for the keyboard",
  browserTests,
  async () => {
    const { page } = await openPage(writePage(recordOfSize(5), "5"));
    await page.getByRole("link", { name: "torch, library" }).focus();
    const on = await page.locator(".chain.tracing .box.on .called").allTextContents();
    assert.deepEqual([...on].sort(), ["Support assistant", "torch", "venv"]);
    await page.locator(".chain .box").first().hover();
    assert.equal(await page.locator(".chain.tracing .box:not(.on)").count(), 0);
    await page.context().close();
  },
);

test(
  "the keyboard reaches everything, in the order of the page, and its place is seen",
  browserTests,
  async () => {
    const { page } = await openPage(writePage(recordOfSize(50), "50"));
    await page.keyboard.press("Tab");
    const skip = page.locator(".skip");
    assert.ok(await skip.evaluate((element) => element === document.activeElement));
    assert.ok(((await skip.boundingBox())?.x ?? -1) >= 0, "the skip link is seen when it has the focus");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate("document.activeElement?.id"), "content");
    const seen = await page.evaluate(() => {
      const wanted = [
        ...document.querySelectorAll<HTMLElement>("a[href], button, input, select, summary, [tabindex='0']"),
      ];
      return wanted.filter((each) => each.closest("details:not([open]) > :not(summary)") === null).length;
    });
    await page.reload();
    const reached: string[] = [];
    let lastTop = -1;
    for (let step = 0; step < seen; step += 1) {
      await page.keyboard.press("Tab");
      const focus = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        const edge = element.matches(".box") ? (element.querySelector(".edge") ?? element) : element;
        const style = getComputedStyle(edge);
        const isMarked = style.outlineStyle !== "none" || style.strokeWidth === "3px";
        const top = element.getBoundingClientRect().top + scrollY;
        return {
          name: element.outerHTML.slice(0, 80),
          isMarked,
          top,
          isSticky: element.closest("nav, svg") !== null,
        };
      });
      assert.ok(focus.isMarked, `no visible focus: ${focus.name}`);
      reached.push(focus.name);
      if (!focus.isSticky) {
        assert.ok(focus.top >= lastTop - 60, `jumps up: ${focus.name}`);
        lastTop = focus.top;
      }
    }
    assert.equal(reached.length, seen);
    assert.ok(reached.some((each) => each.includes("box")));
    await page.context().close();
  },
);

test("light and dark can be switched by hand", browserTests, async () => {
  const { page } = await openPage(writePage(recordOfSize(5), "5"), { colorScheme: "dark" });
  const paper = (): Promise<unknown> => page.evaluate("getComputedStyle(document.body).backgroundColor");
  assert.equal(await paper(), "rgb(17, 20, 24)");
  await page.getByRole("button", { name: "Switch to light colours" }).click();
  assert.equal(await paper(), "rgb(255, 255, 255)");
  assert.deepEqual(await objections(page), []);
  await page.context().close();
});

for (const [index, words] of [
  '<img src=x onerror="alert(1)"><script>alert(1)</script>',
  "</style></script><svg onload=alert(1)>",
  "javascript:alert(1)//",
  "\u202eexe.\ud800{{constructor.constructor('alert(1)')()}}",
].entries()) {
  test(`hostile words ${index} do nothing in a browser`, browserTests, async () => {
    const { page, requests, complaints } = await openPage(writePage(recordOf(words), `hostile-${index}`));
    assert.equal(await page.locator("script").count(), 1);
    assert.equal(await page.locator("img, iframe, object, embed, form").count(), 0);
    await page.locator(".chain .box").first().click();
    await page.getByRole("searchbox").first().fill(words);
    await page.waitForTimeout(100);
    assert.deepEqual(requests, []);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
}
