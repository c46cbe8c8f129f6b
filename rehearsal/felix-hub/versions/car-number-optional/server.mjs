import { startServer } from "../../backend/start-server.mjs";

// The same without the need for migration 001 while its flag is off: the code that a schema rollback wants to be live.
await startServer({ needsCarNumber: false });
