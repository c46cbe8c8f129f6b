/** Answers as one synchronous worker does: the next request begins when the one before has been answered, or its caller has gone. */
export function oneAtATime(app) {
  let last = Promise.resolve();
  app.addHook("onRequest", async (request, reply) => {
    const before = last;
    last = new Promise((resolve) => reply.raw.once("close", resolve));
    await before;
  });
}
