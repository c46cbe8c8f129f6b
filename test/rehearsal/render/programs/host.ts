// Starts a stand-in and says what runs for it; the test kills this process.
import { webSpec } from "../specs";
import { startRenderStandIn } from "../../../../rehearsal/render/server";

void startRenderStandIn({ services: [webSpec({ envVars: { IGNORE_SIGTERM: "true" } })] }).then(
  async (standIn) => {
    const job = await fetch(`${standIn.url}/services/${standIn.service("backend").id}/jobs`, {
      method: "POST",
      headers: { authorization: `Bearer ${standIn.apiKey}` },
      body: JSON.stringify({ startCommand: "sleep 60 & sleep 60" }),
    });
    await job.arrayBuffer();
    const timer = setInterval(() => {
      if (standIn.pids().length < 2) return;
      clearInterval(timer);
      console.log(JSON.stringify(standIn.pids()));
    }, 20);
  },
);
