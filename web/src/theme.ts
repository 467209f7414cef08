import { usePreference } from './preferences.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** The chosen theme. `public/theme.js` reads the same key before the first paint. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, remember] = usePreference<Theme>('theme', 'system')
  return [
    theme,
    (chosen) => {
      remember(chosen)
      document.documentElement.style.colorScheme = chosen === 'system' ? '' : chosen
    },
  ]
}
