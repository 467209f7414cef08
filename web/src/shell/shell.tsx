import { Outlet, useRouter } from '@tanstack/react-router'
import { createCustomer } from '../customers/create.ts'
import { paths } from '../paths.ts'
import { usePreference } from '../preferences.ts'
import { useSections } from '../sections.ts'
import { useMay } from '../session/session.ts'
import { DialogHost } from '../ui/ask.tsx'
import { useShortcuts } from '../ui/keys.ts'
import { undoLatest } from '../ui/undo.ts'
import { useWide } from '../ui/use-media.ts'
import { BottomTabs } from './bottom-tabs.tsx'
import { openKeySheet, openPalette } from './open.ts'
import { Sidebar } from './sidebar.tsx'

/** Dialogs stand beside the screen that opened them, within reach of the router. */
export function Root() {
  return (
    <>
      <Outlet />
      <DialogHost />
    </>
  )
}

/** Everything around the screens: sidebar or bottom tabs, and the keys that work everywhere. */
export function Shell() {
  const router = useRouter()
  const wide = useWide()
  const allowed = useSections()
  const mayCreate = useMay('records:write')
  const [collapsed, setCollapsed] = usePreference('sidebar_collapsed', false)
  useShortcuts(
    [
      { keys: 'mod+k', label: 'Find anything', group: 'Everywhere', run: () => void openPalette() },
      { keys: 'mod+z', label: 'Take back the latest change', group: 'Everywhere', run: undoLatest },
      {
        keys: '?',
        label: 'Show the keys',
        group: 'Everywhere',
        run: () => void openKeySheet(),
      },
      ...(mayCreate
        ? [{ keys: 'c', label: 'New customer', group: 'Everywhere', run: () => void createCustomer() }]
        : []),
      ...allowed.map(({ label, key, href }) => ({
        keys: `g ${key}`,
        label: `Go to ${label}`,
        group: 'Go to',
        run: () => void router.navigate({ href }),
      })),
      {
        keys: 'g s',
        label: 'Go to Settings',
        group: 'Go to',
        run: () => void router.navigate({ href: paths.settings() }),
      },
    ],
    'everywhere',
  )
  return (
    <div className="flex h-full flex-col wide:flex-row">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-control bg-raised px-3 py-2 font-medium shadow-popover focus:translate-y-0"
      >
        Skip to the content
      </a>
      {wide && <Sidebar sections={allowed} collapsed={collapsed} onCollapse={setCollapsed} />}
      <Outlet />
      {!wide && <BottomTabs sections={allowed} />}
    </div>
  )
}
