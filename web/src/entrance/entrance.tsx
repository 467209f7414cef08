import type { ReactNode } from 'react'
import { Screen } from '../ui/screen.tsx'

interface EntranceProps {
  title: string
  /** One sentence below the title. */
  lead: string
  children: ReactNode
}

/** The frame of the screens before sign-in. */
export function Entrance({ title, lead, children }: EntranceProps) {
  return (
    <div className="flex h-full overflow-y-auto bg-sunken">
      <Screen title={title}>
        <div className="m-auto w-full max-w-[400px] px-4 py-10">
          <p className="mb-6 flex items-center gap-2 font-semibold">
            <img src="/icon.svg" alt="" width={24} height={24} />
            Rapport
          </p>
          <div className="rounded-dialog border border-line bg-raised p-6">
            <h1 className="text-record font-semibold">{title}</h1>
            <p className="mt-1 mb-5 text-muted">{lead}</p>
            {children}
          </div>
        </div>
      </Screen>
    </div>
  )
}
