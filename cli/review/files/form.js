// The selected card: the photo with its boxes, its values to be corrected, and the decision.

import { bandLegend, drawBoxes, photoFrame, setExtent } from "../viewer/boxes.js";
import { byId, element } from "../viewer/dom.js";
import { words } from "../viewer/language.js";
import { checkList, fieldLabel, fieldList, placeOf, reviewBlock, scoreChip, stateWords, toneOf, typeWords } from "../viewer/values.js";
import { card as readCard, check, photo } from "./api.js";

const PAUSE = 250; // milliseconds without a key, before values are checked

/** Why something was not done, for the reader. */
export function refusalWords(answer) {
  const said = refusalText(answer);
  return said.replaceAll("`", "");
}

function refusalText(answer) {
  if (answer.error === "refused") return words(`review.happened.${answer.happened}`);
  if (answer.error === "rerun") return words(`review.norerun.${answer.why}`);
  return words(`review.error.${answer.error}`, answer) ?? words("review.error.bug", answer);
}

/** Drafts stay until their card is decided: whatever is typed can be found again. */
export class CardForm {
  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
    this.drafts = new Map(); // id -> { fields, note, seen }
    this.card = null;
    this.asked = 0;
    root.addEventListener("keydown", (event) => this.keys(event));
  }

  isDraft(id) {
    const draft = this.drafts.get(id);
    return draft !== undefined && (draft.note !== "" || draft.isEdited);
  }

  hasDrafts() {
    return [...this.drafts.keys()].some((id) => this.isDraft(id));
  }

  forget(id) {
    this.drafts.delete(id);
  }

  async show(summary, minimum) {
    const turn = ++this.asked;
    clearTimeout(this.timer);
    this.minimum = minimum;
    this.summary = summary;
    this.card = null;
    this.checked = null;
    this.panel = null;
    this.root.scrollTop = 0;
    this.root.setAttribute("aria-busy", summary !== null);
    this.root.replaceChildren(element("p", { class: "nothing" }, summary ? summary.key : words("selected.none")));
    if (!summary) return;
    try {
      const found = await readCard(summary.id);
      if (turn !== this.asked) return;
      this.card = found;
    } catch (refusal) {
      if (turn === this.asked) this.showUnread(refusal.answer);
      return;
    }
    if (!this.drafts.has(summary.id)) {
      this.drafts.set(summary.id, { fields: { ...this.card.fields }, note: "", seen: this.card.seen, isEdited: false });
    }
    this.draw();
    if (this.draft.isEdited) this.check();
    if (this.then) this.then();
    this.then = null;
  }

  get draft() {
    return this.drafts.get(this.card.id);
  }

  showUnread(answer) {
    this.root.setAttribute("aria-busy", "false");
    const again = element("button", { type: "button", class: "plain", click: () => this.show(this.summary, this.minimum) }, words("review.again"));
    this.root.replaceChildren(element("h2", {}, this.summary.key), element("p", { class: "why", role: "alert" }, refusalWords(answer)), again);
  }

  draw() {
    if (!this.card) return;
    const { card } = this;
    this.root.setAttribute("aria-busy", "false");
    this.place = element("div", { class: "panel-place" });
    this.live = element("div", { "aria-live": "polite" });
    this.root.replaceChildren(
      element("h2", {}, card.key),
      element(
        "p",
        { class: "tags" },
        element("span", { class: "state", "data-tone": toneOf(card.outcome, card.needs_review) }, stateWords(card.outcome, card.needs_review)),
        element("span", { class: "quiet" }, [typeWords(card.card_type), card.version, card.written_at].join(" · ")),
      ),
      ...this.why(),
      ...(card.review ? [reviewBlock(card.review)] : []),
      ...this.photo(),
      this.form(),
      ...section("review.read", checkList(card.checks)),
    );
    this.showChecks();
    if (this.panel) this.open(this.panel);
  }

  why() {
    const { error } = this.card;
    if (!error) return [];
    return [element("p", { class: "why" }, element("strong", {}, error.code), ` ${error.message ?? ""} (${error.stage})`)];
  }

  photo() {
    const { card } = this;
    if (!card.picture) {
      const frame = photoFrame(null);
      const boxes = drawBoxes(frame, card.items, this.minimum);
      return [element("p", { class: "hint" }, words("review.no_photo")), ...(boxes ? [frame] : [])];
    }
    const frame = photoFrame(element("img", { src: photo(card.id), alt: words("card.photo", { key: card.key }), draggable: "false" }));
    setExtent(frame, card.picture);
    drawBoxes(frame, card.items, this.minimum);
    return [frame, bandLegend(this.minimum)];
  }

  form() {
    const { card, draft } = this;
    const others = card.items.some((item) => !item.field) ? fieldList({}, card.items, this.minimum) : null;
    const note = element("textarea", { id: "note", rows: 2, maxlength: 2000 });
    note.value = draft.note;
    note.addEventListener("input", () => {
      draft.note = note.value;
      this.actions.onEdit();
    });
    this.accepting = element("button", { type: "button", class: "primary", "aria-keyshortcuts": "Control+Enter", click: () => this.accept() });
    this.nameAccept();
    return element(
      "div",
      { class: "decide" },
      element("div", { class: "fields" }, Object.keys(card.fields).map((name) => this.field(name))),
      others,
      element("h3", {}, words("review.values")),
      this.live,
      element("label", { class: "note" }, element("span", {}, words("review.note")), note),
      this.place,
      element(
        "div",
        { class: "buttons" },
        this.accepting,
        button("review.reject", () => this.reject()),
        button("review.rerun", () => this.rerun()),
        button("review.skip", () => this.skip()),
        element("span", { class: "quiet" }, element("kbd", {}, "Ctrl"), " ", element("kbd", {}, "Enter"), " · ", element("kbd", {}, "Esc"), ` ${words("keys.back")}`),
      ),
    );
  }

  field(name) {
    const { card, draft } = this;
    const place = placeOf(card.items, name);
    const item = card.items[place];
    const input = element("input", {
      id: `value-${name}`, name, maxlength: 1000, autocomplete: "off", spellcheck: "false", lang: "zh-Hans", "aria-describedby": `hint-${name}`,
    });
    input.value = draft.fields[name] ?? "";
    input.addEventListener("input", () => this.type(name, input.value));
    return element(
      "div",
      { class: "field", "data-field": name, "data-item": item ? place : null },
      element("label", { for: input.id }, fieldLabel(name)),
      input,
      item ? scoreChip(item.score, this.minimum) : null,
      element("p", { class: "hint", id: `hint-${name}` }),
    );
  }

  type(name, text) {
    this.draft.fields[name] = text === "" ? null : text;
    this.draft.isEdited = Object.entries(this.draft.fields).some(([field, value]) => value !== this.card.fields[field]);
    this.nameAccept();
    this.actions.onEdit();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), PAUSE);
  }

  nameAccept() {
    this.accepting.textContent = words(this.draft.isEdited ? "review.correct" : "review.accept");
  }

  /** Have the values checked. An answer that comes late says nothing any more. */
  async check() {
    const { card } = this;
    if (!card) return;
    const typed = JSON.stringify(this.draft.fields);
    try {
      const found = await check(card.id, this.draft.fields);
      if (card !== this.card || typed !== JSON.stringify(this.draft.fields)) return;
      this.checked = found;
      this.showChecks();
    } catch (refusal) {
      if (card === this.card) this.live.replaceChildren(element("p", { class: "hint" }, refusalWords(refusal.answer)));
    }
  }

  showChecks() {
    const checks = this.checked?.checks ?? this.card.values;
    this.live.replaceChildren(checkList(checks) ?? element("p", { class: "hint" }, words("review.no_checks")));
    for (const name of Object.keys(this.card.fields)) {
      const failed = checks.filter((one) => !one.passed && one.name.startsWith(`${name}.`));
      const normal = this.checked?.fields[name] ?? null;
      const typed = (this.draft.fields[name] ?? "").trim();
      const isOther = normal !== null && normal !== typed;
      const hints = [...failed.map((one) => one.detail ?? one.name), ...(isOther ? [words("review.normal", { value: normal })] : [])];
      byId(`value-${name}`).setAttribute("aria-invalid", failed.length > 0);
      byId(`hint-${name}`).textContent = hints.join(" · ");
    }
  }

  focus() {
    this.whenThere(() => (this.root.querySelector("input") ?? byId("note")).focus());
  }

  accept(keeps = false) {
    this.whenThere(() => this.decide("onAccept", keeps));
  }

  reject() {
    this.whenThere(() => this.decide("onReject", false));
  }

  skip() {
    this.actions.onSkip(this.summary);
  }

  rerun() {
    this.whenThere(() =>
      this.open({ text: words("review.rerun.asked"), actions: [["review.rerun", () => this.decide("onRerun", false)]] }),
    );
  }

  /** A key can be quicker than the card: it counts once the card is there. */
  whenThere(act) {
    if (this.card) act();
    else this.then = act;
  }

  async decide(action, keeps) {
    if (this.isBusy) return;
    const { card, draft } = this;
    clearTimeout(this.timer); // a decision has the values checked as well
    this.setBusy(true);
    try {
      await this.actions[action]({ id: card.id, fields: draft.fields, note: draft.note, seen: draft.seen, keeps });
    } catch (refusal) {
      if (!refusal.answer) throw refusal;
      if (card === this.card) this.refused(refusal.answer, action, keeps);
    } finally {
      this.setBusy(false);
    }
  }

  setBusy(isBusy) {
    this.isBusy = isBusy;
    for (const one of this.root.querySelectorAll(".buttons button")) one.disabled = isBusy;
  }

  /** Say what happened, and offer what can be done. What was typed stays. */
  refused(answer, action, keeps) {
    const text = refusalWords(answer);
    if (answer.happened === "checks") {
      this.check();
      const needsNote = this.draft.isEdited && this.draft.note.trim() === "";
      const keep = () => {
        if (this.draft.isEdited && this.draft.note.trim() === "") byId("note").focus();
        else this.accept(true);
      };
      this.open({ text: needsNote ? `${text} ${words("review.needs_note")}` : text, checks: answer.failed, actions: [["review.keep", keep]], focus: needsNote ? "note" : null });
    } else if (answer.happened === "reviewed") {
      const overrule = () => {
        this.draft.seen = answer.number;
        this.decide(action, keeps);
      };
      this.open({ text, review: answer.review, actions: [["review.overrule", overrule], ["review.skip", () => this.skip()]] });
    } else {
      this.open({ text, actions: [["review.again", () => this.decide(action, keeps)], ["review.skip", () => this.skip()]] });
    }
  }

  open(panel) {
    this.panel = panel;
    const buttons = panel.actions.map(([name, act]) => button(name, act));
    const back = button("review.back", () => this.close());
    this.place.replaceChildren(
      element(
        "div",
        { class: "panel", role: "alert", tabindex: "-1" },
        element("p", {}, panel.text),
        checkList(panel.checks),
        panel.review ? reviewBlock(panel.review) : null,
        element("div", { class: "buttons" }, buttons, back),
      ),
    );
    (panel.focus ? byId(panel.focus) : buttons[0]).focus();
  }

  close() {
    this.panel = null;
    this.place.replaceChildren();
    this.accepting.focus();
  }

  keys(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.accept();
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (this.panel) this.close();
      else this.actions.onBack();
    }
  }
}

function button(name, act) {
  return element("button", { type: "button", class: "plain", click: act }, words(name));
}

function section(title, content) {
  return content ? [element("h3", {}, words(title)), content] : [];
}
