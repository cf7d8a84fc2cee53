// The selection of a select, single or multiple, and when it is sent to the app.

import { isSeveral } from "./state.js";

export class Choice {
  /** `changed()` is called when the selection changes. */
  constructor(use, source, changed) {
    Object.assign(this, { use, source, changed, isSeveral: isSeveral(use.element) });
    this.told = this.values;
  }

  get values() {
    const value = this.use.value();
    if (this.isSeveral) return value ?? [];
    return value == null ? [] : [value];
  }

  get labels() {
    return this.values.map((value) => this.source.label(value));
  }

  get isFull() {
    return this.isSeveral && this.values.length >= (this.use.element.max_selected_items ?? Infinity);
  }

  has({ value }) {
    return this.values.some((each) => this.source.isSame(each, value));
  }

  /** Adds or removes an option of a multi-select. */
  toggle(option) {
    if (this.has(option)) this.drop(option.value);
    else if (!this.isFull) this.put([...this.values, option.value]);
  }

  drop(value) {
    this.put(this.values.filter((each) => !this.source.isSame(each, value)));
  }

  put(values) {
    this.use.keep(values);
    this.changed();
  }

  /** Selects the option of a single select, or clears it with null. */
  async only(value, node) {
    await this.use.choose(value, node);
    this.changed();
  }

  /** Sends the options of a multi-select together, when the list closes. */
  async tell(node) {
    const [before, now] = [this.told, this.values];
    if (!this.isSeveral || !this.use.acts || JSON.stringify(now) === JSON.stringify(before)) return;
    this.told = now;
    if (await this.use.choose(now, node)) return;
    this.told = before;
    this.put(before);
  }
}
