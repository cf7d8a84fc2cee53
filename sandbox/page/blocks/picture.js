// Images: shown if they are on this server, else replaced by their alt text, so that nothing is fetched elsewhere.

import { safe } from "../mrkdwn/angles.js";
import { h } from "./dom.js";

/** Returns an image, or a placeholder with its alt text. */
export function picture({ image_url: url, slack_file: file, alt_text: alt }, className) {
  if (isOurs(url)) return h("img", { src: url, alt, class: className, loading: "lazy" });
  const box = h("span", { role: "img", "aria-label": alt, class: `bk-placeholder ${className}`, title: alt });
  if (className === "bk-image") box.append(h("span", {}, alt), h("small", {}, source(url, file)));
  return box;
}

/** Whether a URL is on this server. */
export function isOurs(url) {
  return Boolean(url) && URL.canParse(url, location.href) && new URL(url, location.href).origin === location.origin;
}

/** Returns an external link, or its text if the URL is not safe. */
export function outward(url, attributes, ...children) {
  const href = safe(url ?? "");
  if (!href) return h("span", attributes, ...children);
  return h("a", { ...attributes, href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function source(url, file) {
  return url ?? `Slack file ${file?.id ?? file?.url ?? ""}`;
}
