import { ENGLISH } from "./texts.js";

const LANGUAGES = {
  English: ENGLISH,
  Deutsch: {
    subtitle: "Aufträge in der Werkstatt",
    orders: "Neueste Aufträge",
    loading: "Wird geladen …",
    unavailable: "Die Aufträge können gerade nicht gezeigt werden.",
    new: "Neu",
    in_work: "In Arbeit",
    waiting_for_parts: "Wartet auf Teile",
    done: "Fertig",
  },
  Русский: {
    subtitle: "Заказы в мастерской",
    orders: "Новые заказы",
    loading: "Загрузка …",
    unavailable: "Заказы сейчас недоступны.",
    new: "Новый",
    in_work: "В работе",
    waiting_for_parts: "Ждёт запчастей",
    done: "Готов",
  },
};
const REMEMBERED = "felix-hub-language";

export function chosenLanguage() {
  return LANGUAGES[localStorage.getItem(REMEMBERED)] ?? ENGLISH;
}

/** A button for each language; `onChoice` gets the texts of the one pressed. */
export function languageButtons(onChoice) {
  return Object.entries(LANGUAGES).map(([name, texts]) => {
    const button = document.createElement("button");
    button.textContent = name;
    button.addEventListener("click", () => {
      localStorage.setItem(REMEMBERED, name);
      onChoice(texts);
    });
    return button;
  });
}
