export const ENGLISH = {
  subtitle: "Orders in the workshop",
  orders: "Newest orders",
  loading: "Loading …",
  unavailable: "The orders cannot be shown right now.",
  new: "New",
  in_work: "In work",
  waiting_for_parts: "Waiting for parts",
  done: "Done",
};
