import { type ReactNode, useId } from 'react'

interface SectionProps {
  title: string
  /** What it is for, in one sentence. */
  lead?: string
  children: ReactNode
}

export function Section({ title, lead, children }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <div>
        <h2 id={id} className="text-page font-semibold">
          {title}
        </h2>
        {lead && <p className="text-muted">{lead}</p>}
      </div>
      {children}
    </section>
  )
}

/** Rows in a frame, such as members or sessions. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className="divide-y divide-line rounded-card border border-line">
      {children}
    </ul>
  )
}

interface RowProps {
  title: ReactNode
  detail: ReactNode
  children?: ReactNode
}

export function Row({ title, detail, children }: RowProps) {
  return (
    <li className="flex min-h-13 flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2">
      <div className="min-w-0 flex-1 basis-52">
        <p className="font-medium wrap-anywhere">{title}</p>
        <p className="text-label wrap-anywhere text-muted">{detail}</p>
      </div>
      {children}
    </li>
  )
}
