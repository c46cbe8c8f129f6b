const LEVELS = {
  trace: "DEBUG",
  debug: "DEBUG",
  info: "INFO",
  warn: "WARNING",
  error: "ERROR",
  fatal: "ERROR",
};

/** One JSON object a line: {"level":"INFO","time":"2026-11-24T21:05:10.123Z","message":"request",…}, on stdout. */
export function logOptions(stream) {
  return {
    level: "info",
    base: null,
    messageKey: "message",
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: LEVELS[label] ?? "INFO" }) },
    ...(stream === undefined ? {} : { stream }),
  };
}
