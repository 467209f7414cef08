import { usePreference } from '../preferences.ts'

/** The switch of single keys, which people turn off who dictate, or whose hands hit keys by accident. */
export function SingleKeysSwitch() {
  const [singleKeys, setSingleKeys] = usePreference('single_keys', true)
  return (
    <label className="flex items-center gap-2">
      <input type="checkbox" checked={singleKeys} onChange={(event) => setSingleKeys(event.target.checked)} />
      Single keys such as C and J work
    </label>
  )
}
