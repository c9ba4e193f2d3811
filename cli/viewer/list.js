// The list of cards: a listbox that holds elements only for what can be seen of it.

import { element } from "./dom.js";

const ROW_HEIGHT = 56; // as viewer.css has it
const ROWS_BEYOND = 6;

/** Cards have an `id`. `draw(row, card)` fills a row, again whenever the card is drawn. */
export class CardList {
  constructor(box, { draw, onSelect }) {
    this.box = box;
    this.draw = draw;
    this.onSelect = onSelect;
    this.cards = [];
    this.selected = null;
    this.shown = new Map(); // the rows that there are, by the card's id
    this.rows = element("div", { class: "rows", role: "presentation" });
    box.append(this.rows);
    box.addEventListener("scroll", () => this.render());
    box.addEventListener("keydown", (event) => this.move(event));
    this.rows.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (row) this.choose(Number(row.dataset.index));
    });
    new ResizeObserver(() => this.render()).observe(box);
  }

  /** Show these cards; the one whose id is `selected` is brought into view if it wasn't selected. */
  show(cards, selected) {
    const isOther = selected !== this.selected;
    this.cards = cards;
    this.selected = selected;
    this.rows.style.height = `${cards.length * ROW_HEIGHT}px`;
    if (isOther) this.reveal();
    this.render();
  }

  /** Bring the selected card into view. */
  reveal() {
    const top = this.place() * ROW_HEIGHT;
    const bottom = top + ROW_HEIGHT - this.box.clientHeight;
    if (top < 0) return;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (bottom > this.box.scrollTop) this.box.scrollTop = bottom;
  }

  place() {
    return this.cards.findIndex((card) => card.id === this.selected);
  }

  choose(place) {
    this.onSelect(this.cards[place]);
  }

  move(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW_HEIGHT) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const last = this.cards.length - 1;
    if (last >= 0) this.choose(Math.max(0, Math.min(last, this.place() + step)));
  }

  render() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW_HEIGHT) - ROWS_BEYOND);
    const count = Math.ceil(this.box.clientHeight / ROW_HEIGHT) + 2 * ROWS_BEYOND;
    const some = this.cards.slice(first, first + count);
    this.shown = new Map(some.map((card, index) => [card.id, this.row(card, first + index)]));
    const rows = [...this.shown.values()];
    // What is in its place stays there: a row that is moved under a finger takes no click.
    const isSame = rows.length === this.rows.children.length && rows.every((row, at) => row === this.rows.children[at]);
    if (!isSame) this.rows.replaceChildren(...rows);
    const selected = this.shown.get(this.selected);
    if (selected) this.box.setAttribute("aria-activedescendant", selected.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  row(card, index) {
    const row = this.shown.get(card.id) ?? element("div", { class: "row", role: "option" });
    row.id = `row-${index}`;
    row.dataset.index = index;
    row.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
    row.setAttribute("aria-selected", card.id === this.selected);
    row.setAttribute("aria-setsize", this.cards.length);
    row.setAttribute("aria-posinset", index + 1);
    this.draw(row, card);
    return row;
  }
}
