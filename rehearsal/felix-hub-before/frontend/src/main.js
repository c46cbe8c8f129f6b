import "./base.css";
import { loadOrders } from "./orders.js";
import { ENGLISH } from "./texts.js";

let texts = ENGLISH;

if (__UI_REFRESH__) await import("./refresh.css");
if (__MECH_I18N__) await offerLanguages();
else write();
await showOrders();

/** The words of the page in the language chosen. */
function write() {
  for (const element of document.querySelectorAll("[data-text]"))
    element.textContent = texts[element.dataset.text];
}

async function showOrders() {
  const list = document.querySelector("#orders");
  list.replaceChildren(note(texts.loading));
  try {
    const orders = await loadOrders(__API_URL__);
    list.replaceChildren(...orders.map(card));
    if (__UI_REFRESH__) await showSummary(orders);
  } catch {
    list.replaceChildren(note(texts.unavailable));
  }
}

function card(order) {
  const item = document.createElement("li");
  item.className = `order ${order.status}`;
  const car = [order.car_model, order.car_number].filter(Boolean).join(" · ");
  item.append(
    line("strong", `#${order.id} ${car}`),
    line("span", order.customer_name),
    line("em", texts[order.status]),
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
  languages.replaceChildren(...languageButtons((chosen) => (choose(chosen), showOrders())));
  languages.hidden = false;
}

async function showSummary(orders) {
  const { summaryTiles } = await import("./summary.js");
  const summary = document.querySelector("#summary");
  summary.replaceChildren(...summaryTiles(orders, texts));
  summary.hidden = false;
}
