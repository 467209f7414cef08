import { listenToPreference, readPreference, usePreference } from './preferences.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

// `public/theme.js` reads the same key before the first paint.
listenToPreference('theme', () => {
  const chosen = readPreference<Theme>('theme', 'system')
  document.documentElement.style.colorScheme = chosen === 'system' ? '' : chosen
})

/** The chosen theme. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  return usePreference<Theme>('theme', 'system')
}
