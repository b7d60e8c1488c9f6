// The identity pool and stream that the user set by hand, as the workshop's dashboard asks for
// them.

export interface Settings {
  identityPoolId: string;
  streamName: string;
}

const key = 'wildrydes.dashboard';

export function loadSettings(): Settings | null {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Settings> | null;
    if (typeof value?.identityPoolId !== 'string' || typeof value.streamName !== 'string')
      return null;
    return { identityPoolId: value.identityPoolId, streamName: value.streamName };
  } catch {
    return null;
  }
}

/** Both empty: back to what the server says. */
export function saveSettings(settings: Settings): void {
  if (settings.identityPoolId === '' && settings.streamName === '') localStorage.removeItem(key);
  else localStorage.setItem(key, JSON.stringify(settings));
}
