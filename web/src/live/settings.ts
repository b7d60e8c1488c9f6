// The identity pool and stream that the user set by hand, as the workshop's dashboard asks for
// them.

/** `auto`: as a guest, and over the server's feed when the fleet is large. */
export type SourceChoice = 'auto' | 'guest' | 'feed';

export interface Settings {
  source: SourceChoice;
  identityPoolId: string;
  streamName: string;
  /** How often the server's feed comes. */
  perSecond: number;
}

/** What the server grants. */
export const perSecondChoices = [1, 2, 5, 10];

const key = 'wildrydes.dashboard';

export function loadSettings(): Settings | null {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Settings> | null;
    if (typeof value?.identityPoolId !== 'string' || typeof value.streamName !== 'string')
      return null;
    const { identityPoolId, streamName } = value;
    const source = value.source === 'guest' || value.source === 'feed' ? value.source : 'auto';
    const perSecond = perSecondChoices.find((each) => each === value.perSecond) ?? 1;
    return { identityPoolId, streamName, source, perSecond };
  } catch {
    return null;
  }
}

/** All as usual: nothing is kept. */
export function saveSettings(settings: Settings): void {
  const { identityPoolId, streamName, source, perSecond } = settings;
  const isUsual = source === 'auto' && perSecond === 1;
  if (identityPoolId === '' && streamName === '' && isUsual) localStorage.removeItem(key);
  else localStorage.setItem(key, JSON.stringify(settings));
}
