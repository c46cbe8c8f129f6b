const STATES = ["new", "in_work", "waiting_for_parts", "done"];

/** A tile for each state with how many of the orders shown are in it. */
export function summaryTiles(orders, texts) {
  return STATES.map((state) => {
    const tile = document.createElement("div");
    tile.className = `tile ${state}`;
    const count = document.createElement("b");
    count.textContent = orders.filter(({ status }) => status === state).length;
    tile.append(count, texts[state]);
    return tile;
  });
}
