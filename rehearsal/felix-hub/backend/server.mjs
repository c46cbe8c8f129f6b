import { startServer } from "./start-server.mjs";

// The customer's code as it is live today.
await startServer({ needsCarNumber: true });
