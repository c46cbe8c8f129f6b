import { ENGLISH } from "./texts.js";

const LANGUAGES = {
  English: ENGLISH,
  עברית: {
    subtitle: "הזמנות במוסך",
    orders: "ההזמנות האחרונות",
    loading: "טוען …",
    unavailable: "לא ניתן להציג את ההזמנות כרגע.",
    noSuchPage: "אין דף כזה.",
    новый: "חדש",
    "в работе": "בעבודה",
    готов: "מוכן",
    выдан: "נמסר",
  },
  Русский: {
    subtitle: "Заказы в мастерской",
    orders: "Новые заказы",
    loading: "Загрузка …",
    unavailable: "Заказы сейчас недоступны.",
    noSuchPage: "Такой страницы нет.",
    новый: "Новый",
    "в работе": "В работе",
    готов: "Готов",
    выдан: "Выдан",
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
