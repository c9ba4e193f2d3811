"use strict";
// The list of cards: a listbox that holds elements only for what can be seen of it.

const ROW_HEIGHT = 56;
const ROWS_BEYOND = 6;

class CardList {
  constructor(element, rows, minimum, onSelect) {
    this.element = element;
    this.rows = rows;
    this.minimum = minimum;
    this.onSelect = onSelect;
    this.cards = [];
    this.selected = -1;
    this.shown = undefined; // nothing yet, not even that there is no card
    element.addEventListener("scroll", () => this.render());
    element.addEventListener("keydown", (event) => this.move(event));
    rows.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (row) this.select(Number(row.dataset.index));
    });
    new ResizeObserver(() => this.render()).observe(element);
  }

  /** Show other cards; the selected one stays so where it is among them. */
  setCards(cards) {
    const before = this.cards[this.selected];
    this.cards = cards;
    this.rows.style.height = `${cards.length * ROW_HEIGHT}px`;
    const kept = cards.indexOf(before);
    this.element.scrollTop = 0;
    this.select(kept < 0 && cards.length ? 0 : kept);
  }

  select(index) {
    this.selected = index;
    this.scrollTo(index);
    this.render();
    const card = this.cards[index] || null;
    if (card !== this.shown) this.onSelect(card);
    this.shown = card;
  }

  scrollTo(index) {
    const top = index * ROW_HEIGHT;
    const bottom = top + ROW_HEIGHT - this.element.clientHeight;
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (bottom > this.element.scrollTop) this.element.scrollTop = bottom;
  }

  move(event) {
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW_HEIGHT) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const last = this.cards.length - 1;
    if (last >= 0) this.select(Math.max(0, Math.min(last, this.selected + step)));
  }

  render() {
    const first = Math.max(0, Math.floor(this.element.scrollTop / ROW_HEIGHT) - ROWS_BEYOND);
    const shown = Math.ceil(this.element.clientHeight / ROW_HEIGHT) + 2 * ROWS_BEYOND;
    const some = this.cards.slice(first, first + shown);
    this.rows.replaceChildren(...some.map((card, index) => this.row(card, first + index)));
    if (!this.cards.length) this.rows.replaceChildren(node("p", { class: "nothing" }, "No card passes these filters."));
    const selected = document.getElementById(`row-${this.selected}`);
    if (selected) this.element.setAttribute("aria-activedescendant", selected.id);
    else this.element.removeAttribute("aria-activedescendant");
  }

  row(card, index) {
    const side = node("span", { class: "side" });
    if (card.needs_review) side.append(node("span", { class: "tag review" }, "review"));
    side.append(scoreChip(card.lowest, this.minimum, "lowest score"));
    const row = node(
      "div",
      {
        class: "row", role: "option", id: `row-${index}`, "data-index": index,
        "aria-selected": index === this.selected,
        "aria-setsize": this.cards.length, "aria-posinset": index + 1,
      },
      node("span", { class: "name" }, card.key),
      node("span", { class: "about" },
        node("i", { class: card.outcome }),
        `${OUTCOME_WORDS[card.outcome]} · ${card.written_at.slice(0, 16).replace("T", " ")}`),
      side,
    );
    row.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
    return row;
  }
}

/** An element with text and attributes; markup never comes from data. */
function node(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function scoreChip(score, minimum, meaning) {
  const text = score === null ? "–" : String(Math.round(score * 10) / 10);
  return node("span", { class: `chip ${band(score, minimum)}`, title: meaning },
    node("span", { class: "unseen" }, `${meaning} `), text);
}
