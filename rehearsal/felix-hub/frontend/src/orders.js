const TIMEOUT_MS = 8_000;

/** The newest orders; rejects when the backend does not answer. */
export async function loadOrders(apiUrl) {
  const response = await fetch(`${apiUrl}/orders?limit=24`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`the backend answered ${response.status}`);
  return response.json();
}
