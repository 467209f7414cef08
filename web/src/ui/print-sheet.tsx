import type { ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { formatMoment } from '../format.ts'
import { forgetOnSignOut } from '../session-state.ts'

let putAway: (() => void) | undefined
forgetOnSignOut(() => putAway?.())

/** Prints content alone instead of the page. `title` is what the browser offers as the name of a PDF. */
export async function printSheet(title: string, content: ReactNode): Promise<void> {
  putAway?.()
  const sheet = document.createElement('main')
  sheet.className = 'print-sheet'
  const root = createRoot(sheet)
  flushSync(() => root.render(content))
  // What is not shown asks for no fonts, and printing waits for none.
  await document.fonts.load('400 13px "Inter Variable"', sheet.textContent).catch(() => undefined)
  const shownTitle = document.title
  const ends = new AbortController()
  putAway = () => {
    ends.abort()
    putAway = undefined
    root.unmount()
    sheet.remove()
    if (document.title === title) document.title = shownTitle
  }
  document.title = title
  document.body.append(sheet)
  // Not every browser says that printing is over, nor waits until it is; whoever works on the page again is done.
  for (const sign of ['afterprint', 'pointerdown', 'keydown']) {
    addEventListener(sign, () => putAway?.(), { signal: ends.signal, capture: true })
  }
  window.print()
}

interface SheetHeadingProps {
  title: string
  workspace: string
  children?: ReactNode
}

/** What a sheet is, whose, and as of when. */
export function SheetHeading({ title, workspace, children }: SheetHeadingProps) {
  return (
    <header className="sheet-heading">
      <div>
        <h1 dir="auto">{title}</h1>
        {children}
      </div>
      <div className="end">
        <p dir="auto">{workspace}</p>
        <p>{formatMoment(new Date().toISOString())}</p>
      </div>
    </header>
  )
}
