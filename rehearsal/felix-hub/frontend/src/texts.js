/** The states are the back end's own words. */
export const STATES = ["новый", "в работе", "готов", "выдан"];

export const ENGLISH = {
  subtitle: "Orders in the workshop",
  orders: "Newest orders",
  loading: "Loading …",
  unavailable: "The orders cannot be shown right now.",
  noSuchPage: "There is no such page.",
  новый: "New",
  "в работе": "In work",
  готов: "Ready",
  выдан: "Handed over",
};
