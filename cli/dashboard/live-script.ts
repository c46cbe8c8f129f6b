/**
 * The page's only script: puts parts in place as they come. The markup is the server's own, escaped there. A part that
 * somebody has the focus in keeps it, and an opened table stays open.
 */
export const LIVE_SCRIPT = `"use strict";
const state = document.getElementById("connection");
const source = new EventSource("events");
const say = (text, tone) => { state.textContent = text; state.className = "pill " + tone; };
source.onopen = () => say("live", "good");
source.onerror = () => say("not connected; tries again", "warn");
source.onmessage = ({ data }) => {
  const { id, inner } = JSON.parse(data);
  const part = document.getElementById(id);
  if (!part || part.innerHTML === inner) return;
  const open = [...part.querySelectorAll("details[open]")].map((each) => each.parentElement && each.parentElement.id);
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("data-focus") : null;
  part.innerHTML = inner;
  for (const name of open) if (name) document.querySelector("#" + CSS.escape(name) + " details")?.setAttribute("open", "");
  if (focused) part.querySelector("[data-focus='" + CSS.escape(focused) + "']")?.focus();
};
`;
