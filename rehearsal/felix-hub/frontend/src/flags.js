const TIMEOUT_MS = 8_000;

/** The flags as a visitor gets them; none, where the back end does not answer. */
export async function loadFlags(apiUrl) {
  if (__BUILT_IN_FLAGS_WORK__) return builtIn();
  try {
    const response = await fetch(`${apiUrl}/config/feature-flags`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

/** What this bundle was built with. */
function builtIn() {
  return {
    ENABLE_MECH_I18N: isOn(import.meta.env.VITE_ENABLE_MECH_I18N),
    ENABLE_UI_REFRESH: isOn(import.meta.env.VITE_ENABLE_UI_REFRESH),
  };
}

function isOn(value) {
  return value?.toLowerCase() === "true" || value === "1";
}
