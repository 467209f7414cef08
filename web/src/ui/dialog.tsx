import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, type RefObject, Suspense, useState } from 'react'
import { Button, IconButton } from './button.tsx'
import { classes } from './classes.ts'
import { DialogGuard, lazyDialog } from './lazy-dialog.tsx'

const Confirm = lazyDialog(() => import('./confirm.tsx'))

interface DialogProps {
  title: string
  /** Called when it is to go away; the owner then stops rendering it. */
  onClose: () => void
  /** Something was typed that closing would lose: the person is asked first. */
  dirty?: boolean
  wide?: boolean
  initialFocus?: RefObject<HTMLElement | null>
  children: ReactNode
}

/**
 * A modal dialog. It weighs 20 KB, so import the component that uses it with `lazyDialog()`.
 * Forms inside put their buttons into `DialogFooter`.
 */
export function Dialog({ title, onClose, dirty = false, wide, initialFocus, children }: DialogProps) {
  const [asking, setAsking] = useState(false)
  const close = () => (dirty ? setAsking(true) : onClose())
  return (
    <Base.Root open onOpenChange={(open) => !open && close()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-30 bg-scrim" />
        <Base.Popup
          initialFocus={initialFocus}
          className={classes(
            'fixed inset-x-0 bottom-0 z-30 flex max-h-[92dvh] flex-col rounded-t-dialog bg-raised shadow-popover outline-none',
            'wide:top-[10vh] wide:bottom-auto wide:mx-auto wide:max-h-[80vh] wide:rounded-dialog',
            wide ? 'wide:w-[760px]' : 'wide:w-[480px]',
          )}
        >
          <Base.Title className="border-b border-line px-5 py-3.5 pr-14 text-page font-semibold">
            {title}
          </Base.Title>
          {children}
          <Base.Close render={<IconButton icon={X} label="Close" className="absolute top-2.5 right-3" />} />
        </Base.Popup>
      </Base.Portal>
      {asking && (
        <DialogGuard onFailed={() => setAsking(false)}>
          <Suspense fallback={null}>
            <Confirm
              title="Discard what you typed?"
              detail="Nothing has been saved yet."
              action="Discard"
              cancel="Keep editing"
              onConfirm={onClose}
              onCancel={() => setAsking(false)}
            />
          </Suspense>
        </DialogGuard>
      )}
    </Base.Root>
  )
}

export function DialogBody({ children }: { children: ReactNode }) {
  return <div className="flex min-h-0 flex-col gap-4 overflow-y-auto px-5 py-4">{children}</div>
}

/** Closes the dialog as Escape does: what was typed is asked about first. */
export function DialogCancel({ children = 'Cancel' }: { children?: ReactNode }) {
  return <Base.Close render={<Button large>{children}</Button>} />
}

export function DialogFooter({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{children}</div>
}
