import { ArrowLeft } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from './link.tsx'

interface ScreenProps {
  /** Stands in the title of the window. */
  title: string
  children: ReactNode
}

/** One screen: it names the window, and takes the focus when it replaces another screen. */
export function Screen({ title, children }: ScreenProps) {
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    document.title = `${title} · Rapport`
  }, [title])
  useEffect(() => {
    // A screen that focuses its own first field has done so by now.
    if (!main.current?.contains(document.activeElement)) main.current?.focus()
  }, [])
  return (
    <main
      ref={main}
      id="main"
      aria-label={title}
      tabIndex={-1}
      className="flex min-h-0 min-w-0 flex-1 flex-col outline-none"
    >
      {children}
    </main>
  )
}

interface ScreenHeaderProps {
  title?: string
  /** Instead of a title: the list that a record belongs to. */
  back?: { title: string; href: string }
  /** Beside the title, such as a count. */
  aside?: ReactNode
  children?: ReactNode
}

/** 48 px: the title at the left, what one can do at the right. */
export function ScreenHeader({ title, back, aside, children }: ScreenHeaderProps) {
  return (
    <header className="flex h-12 flex-none items-center gap-2 border-b border-line px-4">
      {title && <h1 className="text-page font-semibold whitespace-nowrap">{title}</h1>}
      {back && (
        <Link
          href={back.href}
          className="-ml-2 flex h-7 items-center gap-2 rounded-control px-2 text-muted hover:bg-hover hover:text-text"
        >
          <ArrowLeft size={14} aria-hidden />
          {back.title}
        </Link>
      )}
      {aside}
      <div className="ml-auto flex min-w-0 items-center gap-2">{children}</div>
    </header>
  )
}
