// SPDX-License-Identifier: Apache-2.0
// What START-HERE.html can do besides being read: search, filter and sort its tables, trace lines of its picture, switch
// between light and dark. Runs in the reader's browser, inside the page, without any other code. It never makes markup of text.
// scripts/page.ts puts it into the page.

/** A table with its rows as text, read once. */
interface Listing {
  readonly table: HTMLTableElement;
  readonly rows: readonly Row[];
  readonly search: HTMLInputElement;
  readonly choices: readonly { readonly column: number; readonly select: HTMLSelectElement }[];
  readonly shown: HTMLElement;
  readonly noun: string;
  readonly nouns: string;
}

interface Row {
  readonly element: HTMLTableRowElement;
  readonly text: string;
}

/** Below this many rows a table is its own overview. */
const minRowsForTools = 6;
const listings: Listing[] = [];

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  text: string,
  fields: Partial<HTMLElementTagNameMap[K]> = {},
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.textContent = text;
  Object.assign(element, fields);
  return element;
}

// Tables.

function equip(box: HTMLElement): void {
  const table = box.querySelector("table");
  const body = table?.tBodies[0];
  if (table === null || body === undefined) {
    return;
  }
  addSorting(table, body);
  if (body.rows.length < minRowsForTools) {
    return;
  }
  const rows = [...body.rows].map((element) => ({
    element,
    text: (element.textContent ?? "").toLowerCase(),
  }));
  const title = box.querySelector("h3");
  const caption = title?.textContent ?? "";
  const search = make("input", "", { type: "search", placeholder: "Search", autocomplete: "off" });
  search.setAttribute("aria-label", `Search: ${caption}`);
  const shown = make("span", "", { className: "shown" });
  shown.setAttribute("role", "status");
  const choices = [...(table.tHead?.rows[0]?.cells ?? [])].flatMap((head, column) => {
    const filter = head.dataset["filter"] ?? "";
    return filter === "" ? [] : [{ column, select: choiceOf(filter, caption, column, rows) }];
  });
  const noun = box.dataset["noun"] ?? "row";
  const nouns = box.dataset["nouns"] ?? "rows";
  const listing: Listing = { table, rows, search, choices, shown, noun, nouns };
  const clear = make("button", "Clear", { type: "button" });
  clear.addEventListener("click", () => {
    reset(listing);
    search.focus();
  });
  const tools = make("div", "", { className: "tools" });
  tools.append(search, ...choices.map(({ select }) => select), clear, shown);
  title?.after(tools);
  listings.push(listing);
  search.addEventListener("input", () => show(listing));
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      reset(listing);
    }
  });
  for (const { select } of choices) {
    select.addEventListener("change", () => show(listing));
  }
  show(listing);
}

/** A list of the words that occur in a column. */
function choiceOf(title: string, caption: string, column: number, rows: readonly Row[]): HTMLSelectElement {
  const counts = new Map<string, number>();
  for (const { element } of rows) {
    const word = element.cells[column]?.dataset["k"] ?? "";
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const select = make("select", "");
  select.setAttribute("aria-label", `${title}: ${caption}`);
  select.append(make("option", `${title}: all`, { value: "" }));
  for (const [word, count] of counts) {
    select.append(make("option", `${word} (${count})`, { value: word }));
  }
  return select;
}

function show({ rows, search, choices, shown, noun, nouns }: Listing): void {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { element, text } of rows) {
    const isShown =
      words.every((word) => text.includes(word)) &&
      choices.every(
        ({ column, select }) => select.value === "" || element.cells[column]?.dataset["k"] === select.value,
      );
    // Writing only what changes keeps a search through thousands of rows below a frame or two.
    if (element.hidden === isShown) {
      element.hidden = !isShown;
    }
    count += isShown ? 1 : 0;
  }
  const all = `${rows.length} ${rows.length === 1 ? noun : nouns}`;
  shown.textContent = count === rows.length ? all : `${count} of ${all}`;
}

function reset(listing: Listing): void {
  listing.search.value = "";
  for (const { select } of listing.choices) {
    select.value = "";
  }
  show(listing);
}

function addSorting(table: HTMLTableElement, body: HTMLTableSectionElement): void {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  for (const [column, head] of heads.entries()) {
    const button = make("button", head.textContent ?? "", { type: "button" });
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const isUp = head.getAttribute("aria-sort") !== "ascending";
      for (const each of heads) {
        each.removeAttribute("aria-sort");
      }
      head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
      sort(body, column, isUp ? 1 : -1);
    });
  }
}

function sort(body: HTMLTableSectionElement, column: number, direction: number): void {
  const keyed = [...body.rows].map((row) => {
    const cell = row.cells[column];
    const order = cell?.dataset["o"] ?? "";
    return { row, number: order === "" ? Number.NaN : Number(order), text: cell?.textContent?.trim() ?? "" };
  });
  const collator = new Intl.Collator("en", { numeric: true });
  keyed.sort((left, right) => {
    const byNumber = left.number - right.number;
    return direction * (Number.isNaN(byNumber) ? collator.compare(left.text, right.text) : byNumber);
  });
  body.append(...keyed.map(({ row }) => row));
}

// Links to rows.

/** The row that the address names is shown, whatever was filtered. */
function revealTarget(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const listing = listings.find(({ table }) => table.contains(target));
  if (target instanceof HTMLTableRowElement && listing !== undefined && target.hidden) {
    reset(listing);
    target.scrollIntoView({ block: "center" });
  }
}

// The picture.

function equipPicture(picture: SVGSVGElement): void {
  const boxes = [...picture.querySelectorAll<SVGAElement>(".box")];
  const lines = [...picture.querySelectorAll<SVGPathElement>(".link")];
  const stop = (): void => picture.classList.remove("tracing");
  for (const box of boxes) {
    const trace = (): void => traceFrom(picture, box, boxes, lines);
    box.addEventListener("mouseenter", trace);
    box.addEventListener("focus", trace);
    box.addEventListener("mouseleave", stop);
    box.addEventListener("blur", stop);
    box.addEventListener("click", () => filterByGroup(box));
  }
}

/** Everything that leads to a box, and everything it leads to. */
function traceFrom(
  picture: SVGSVGElement,
  start: SVGAElement,
  boxes: readonly SVGAElement[],
  lines: readonly SVGPathElement[],
): void {
  const on = new Set<Element>([start]);
  for (const [here, there] of [
    ["from", "to"],
    ["to", "from"],
  ] as const) {
    const reached = new Set([start.dataset["box"]]);
    for (const index of reached) {
      for (const line of lines) {
        if (line.dataset[here] === index) {
          on.add(line);
          reached.add(line.dataset[there]);
        }
      }
    }
    for (const box of boxes) {
      if (reached.has(box.dataset["box"])) {
        on.add(box);
      }
    }
  }
  for (const each of [...boxes, ...lines]) {
    each.classList.toggle("on", on.has(each));
  }
  picture.classList.add("tracing");
}

/** A group leads to its table, with the filters set to what it stands for. */
function filterByGroup(box: SVGAElement): void {
  const words = [box.dataset["kind"] ?? "", box.dataset["word"] ?? ""];
  const section = document.getElementById(box.href.baseVal.slice(1));
  const listing = listings.find(({ table }) => section?.contains(table) === true);
  if (words[0] === "" || listing === undefined) {
    return;
  }
  reset(listing);
  for (const { select } of listing.choices) {
    const option = [...select.options].find(({ value }) => value !== "" && words.includes(value));
    select.value = option?.value ?? "";
  }
  show(listing);
}

// Light and dark.

function addThemeButton(): void {
  const button = make("button", "", { type: "button" });
  const isDark = (): boolean => {
    const { theme } = document.documentElement.dataset;
    return theme === undefined ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
  };
  const name = (): void => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark() ? "Switch to light colours" : "Switch to dark colours");
  };
  button.addEventListener("click", () => {
    document.documentElement.dataset["theme"] = isDark() ? "light" : "dark";
    name();
  });
  name();
  document.querySelector(".masthead")?.append(button);
}

document.documentElement.classList.add("scripted");
for (const box of document.querySelectorAll<HTMLElement>(".listing")) {
  equip(box);
}
for (const picture of document.querySelectorAll<SVGSVGElement>(".chain")) {
  equipPicture(picture);
}
addThemeButton();
addEventListener("hashchange", revealTarget);
revealTarget();
performance.mark("aibom-interactive");
