import { Settings } from 'lucide-react'
import { paths } from '../paths.ts'
import type { Section } from '../sections.ts'
import { classes } from '../ui/classes.ts'
import { Link } from '../ui/link.tsx'
import { useCurrent } from './sidebar.tsx'

const TABS_MAX = 5

/** The sections on a phone: the first four, then the settings, which lead to the rest. */
export function BottomTabs({ sections }: { sections: Section[] }) {
  const last: Section = { label: 'More', icon: Settings, href: paths.settings(), key: 's' }
  return (
    <nav
      aria-label="Main"
      className="flex flex-none border-t border-line bg-sunken pb-[env(safe-area-inset-bottom)]"
    >
      {[...sections.slice(0, TABS_MAX - 1), last].map((section) => (
        <Tab key={section.href} section={section} />
      ))}
    </nav>
  )
}

function Tab({ section }: { section: Section }) {
  const current = useCurrent(section.href)
  return (
    <Link
      href={section.href}
      aria-current={current ? 'page' : undefined}
      className={classes(
        'flex h-13 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-[11px] -outline-offset-2',
        current ? 'font-medium text-accent' : 'text-muted',
      )}
    >
      <section.icon size={18} aria-hidden />
      <span className="max-w-full truncate px-1">{section.label}</span>
    </Link>
  )
}
