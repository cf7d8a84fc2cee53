// Files to attach: picked, listed under the text, and read when the message is sent.

import { el, signButton } from "./dom.js";
import { icon } from "./icons.js";

export class Uploads {
  constructor(changed) {
    this.changed = changed;
    this.files = [];
    const taken = () => this.take([...this.files, ...this.input.files]);
    this.input = el("input", {
      type: "file",
      multiple: true,
      hidden: true,
      tabindex: "-1",
      "aria-label": "Files",
      onchange: taken,
    });
    this.pick = signButton(icon("clip"), "Attach files", () => this.input.click());
    this.box = el("div", { class: "uploads" }, this.input);
  }

  take(files) {
    this.files = files;
    this.input.value = "";
    this.box.replaceChildren(this.input, ...files.map((file) => this.chip(file)));
    this.changed();
  }

  chip(file) {
    const leaveOut = () => this.take(this.files.filter((each) => each !== file));
    const cross = signButton(icon("cross"), `Remove ${file.name}`, leaveOut);
    return el("span", { class: "upload" }, icon("file"), el("span", {}, file.name), cross);
  }
}

// The files in the format of the messages control.
export const asSent = (files) => Promise.all(files.map(read));

const read = (file) =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done({ name: file.name, base64: reader.result.split(",")[1] ?? "" });
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
