/**
 * The customer's log: `ERROR:services.telegram:Failed to …`, warnings and errors only (an import sets the level before the
 * application does), nothing for a request, and the server's own lines in the server's own form.
 */
export function createLog(write = (text) => process.stderr.write(text)) {
  const line = (level) => (name, message) => write(`${level}:${name}:${message}\n`);
  return {
    warning: line("WARNING"),
    error: line("ERROR"),
    server: (message) => {
      const time = new Date().toISOString().replace("T", " ").slice(0, 19);
      write(`[${time} +0000] [${process.pid}] [INFO] ${message}\n`);
    },
  };
}
