import { useRouterState } from '@tanstack/react-router'
import { PanelLeft, Search, Settings } from 'lucide-react'
import { paths } from '../paths.ts'
import type { Section } from '../sections.ts'
import { useMe } from '../session/session.ts'
import { IconButton } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { writtenKeys } from '../ui/keys.ts'
import { Link } from '../ui/link.tsx'
import { openPalette } from './open.ts'
import { UserMenu } from './user-menu.tsx'

interface SidebarProps {
  sections: Section[]
  collapsed: boolean
  onCollapse: (collapsed: boolean) => void
}

/** 216 px, or 48 when collapsed to its icons. */
export function Sidebar({ sections, collapsed, onCollapse }: SidebarProps) {
  const { workspace } = useMe()
  return (
    <header
      className={classes(
        'flex flex-none flex-col gap-2 border-r border-line bg-sunken py-2.5',
        collapsed ? 'w-12 items-center px-1.5' : 'w-54 px-2',
      )}
    >
      <div className="flex h-8 items-center justify-between">
        {!collapsed && <span className="truncate px-2 font-semibold">{workspace.name}</span>}
        <IconButton
          icon={PanelLeft}
          label={collapsed ? 'Widen the sidebar' : 'Narrow the sidebar'}
          aria-expanded={!collapsed}
          onClick={() => onCollapse(!collapsed)}
        />
      </div>
      {collapsed ? (
        <IconButton icon={Search} label="Search" onClick={() => void openPalette()} />
      ) : (
        <button
          type="button"
          onClick={() => void openPalette()}
          className="flex h-7.5 items-center gap-2 rounded-control border border-line bg-bg px-2 text-muted hover:border-strong"
        >
          <Search size={14} aria-hidden />
          Search
          <kbd className="ml-auto rounded border border-line px-1 font-sans text-[11px] leading-4">
            {writtenKeys('mod+k').join(' ')}
          </kbd>
        </button>
      )}
      <nav aria-label="Main" className="flex flex-1 flex-col gap-0.5 overflow-y-auto">
        {sections.map((section) => (
          <SectionLink key={section.href} section={section} collapsed={collapsed} />
        ))}
      </nav>
      <nav aria-label="Account" className="flex flex-col gap-0.5">
        <SectionLink
          section={{ label: 'Settings', icon: Settings, href: paths.settings(), key: 's' }}
          collapsed={collapsed}
        />
        <UserMenu collapsed={collapsed} />
      </nav>
    </header>
  )
}

function SectionLink({ section, collapsed }: { section: Section; collapsed: boolean }) {
  const current = useCurrent(section.href)
  return (
    <Link
      href={section.href}
      aria-current={current ? 'page' : undefined}
      aria-label={collapsed ? section.label : undefined}
      title={collapsed ? section.label : undefined}
      className={classes(
        'flex h-7 items-center gap-2 rounded-control px-2',
        current ? 'bg-hover font-medium' : 'text-muted hover:bg-hover hover:text-text',
      )}
    >
      <section.icon size={16} aria-hidden />
      {!collapsed && section.label}
    </Link>
  )
}

/** Whether the screen belongs to a section. */
export function useCurrent(href: string): boolean {
  return useRouterState({
    select: ({ location: { pathname } }) => pathname === href || pathname.startsWith(`${href}/`),
  })
}
