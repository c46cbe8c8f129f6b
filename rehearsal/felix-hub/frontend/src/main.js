import "./base.css";
import { loadFlags } from "./flags.js";
import { loadOrders } from "./orders.js";
import { ENGLISH, STATES } from "./texts.js";

const API_URL = import.meta.env.VITE_API_URL || "/api";
let texts = ENGLISH;

const flags = await loadFlags(API_URL);
if (flags.ENABLE_UI_REFRESH) {
  document.documentElement.dataset.look = "refreshed";
  await import("./refresh.css");
}
if (flags.ENABLE_MECH_I18N) await offerLanguages();
else write();
// A hash router: the server never sees which page it is, and answers every path with this one.
window.addEventListener("hashchange", () => void showPage());
await showPage();

/** The words of the page in the language chosen. */
function write() {
  for (const element of document.querySelectorAll("[data-text]"))
    element.textContent = texts[element.dataset.text];
}

async function showPage() {
  const list = document.querySelector("#orders");
  const page = location.hash.replace(/^#\/?/, "");
  if (page !== "" && page !== "mechanic/orders") return list.replaceChildren(note(texts.noSuchPage));
  list.replaceChildren(note(texts.loading));
  try {
    const orders = await loadOrders(API_URL);
    list.replaceChildren(...orders.map(card));
    if (flags.ENABLE_UI_REFRESH) await showSummary(orders);
  } catch {
    list.replaceChildren(note(texts.unavailable));
  }
}

function card(order) {
  const item = document.createElement("li");
  item.className = `order state-${STATES.indexOf(order.status)}`;
  item.append(
    line("strong", `#${order.id} ${order.car_number ?? ""}`),
    line("span", `${order.mechanic_name} · ${order.category}`),
    line("em", texts[order.status] ?? order.status),
  );
  return item;
}

function note(text) {
  const item = line("li", text);
  item.className = "note";
  return item;
}

function line(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

async function offerLanguages() {
  const { chosenLanguage, languageButtons } = await import("./languages.js");
  const choose = (chosen) => {
    texts = chosen;
    write();
  };
  choose(chosenLanguage());
  const languages = document.querySelector("#languages");
  languages.replaceChildren(...languageButtons((chosen) => (choose(chosen), showPage())));
  languages.hidden = false;
}

async function showSummary(orders) {
  const { summaryTiles } = await import("./summary.js");
  const summary = document.querySelector("#summary");
  summary.replaceChildren(...summaryTiles(orders, texts));
  summary.hidden = false;
}
