import { chooseNumbers, exampleOf, type NumberChoice, numberChoice, numberChoices } from '../numbers.ts'
import { usePreference } from '../preferences.ts'
import { type Theme, themes, useTheme } from '../theme.ts'
import { SingleKeysSwitch } from '../ui/single-keys.tsx'
import { Section } from './section.tsx'

const themeLabels: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' }

/** Choices that this browser remembers. */
export function Preferences() {
  const [theme, setTheme] = useTheme()
  const [numbers] = usePreference('numbers', numberChoice())
  return (
    <Section title="This browser" lead="Remembered here only.">
      <fieldset className="flex flex-wrap items-center gap-x-5 gap-y-2">
        <legend className="mb-1 text-label font-medium text-muted">Theme</legend>
        {themes.map((value) => (
          <label key={value} className="flex items-center gap-2">
            <input
              type="radio"
              name="theme"
              checked={theme === value}
              onChange={() => setTheme(value)}
              className="accent-accent"
            />
            {themeLabels[value]}
          </label>
        ))}
      </fieldset>
      <label className="flex flex-wrap items-center gap-2">
        <span className="text-label font-medium text-muted">Numbers are shown and typed as</span>
        <select
          value={numbers}
          // The values of the options.
          onChange={(event) => chooseNumbers(event.target.value as NumberChoice)}
          className="h-8 rounded-control border border-strong bg-raised px-2 tabular-nums"
        >
          {numberChoices.map((choice) => (
            <option key={choice} value={choice}>
              {exampleOf(choice)}
              {choice === 'browser' && ' (as this browser)'}
            </option>
          ))}
        </select>
      </label>
      <SingleKeysSwitch />
    </Section>
  )
}
