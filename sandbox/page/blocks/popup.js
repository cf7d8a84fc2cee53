// Popups: lists and menus above the page, next to their anchor.

const GAP = 4;

/** Places an open popup below its anchor, or above it if there is no room below. */
export function place(popup, anchor) {
  const box = anchor.getBoundingClientRect();
  const room = window.innerHeight - box.bottom - GAP;
  const height = popup.offsetHeight;
  const top = height > room && box.top > room ? box.top - height - GAP : box.bottom + GAP;
  const most = document.documentElement.clientWidth - popup.offsetWidth - GAP;
  popup.style.top = `${Math.max(GAP, top)}px`;
  popup.style.left = `${Math.max(GAP, Math.min(box.left, most))}px`;
}

/** Keeps the popup in place on scroll and resize while its anchor is in the page; returns a function that stops it. */
export function follow(popup, anchor) {
  const done = new AbortController();
  const move = () => (anchor.isConnected ? place(popup, anchor) : done.abort());
  window.addEventListener("scroll", move, { capture: true, passive: true, signal: done.signal });
  window.addEventListener("resize", move, { signal: done.signal });
  move();
  return () => done.abort();
}
