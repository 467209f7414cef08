import { createRoot } from 'react-dom/client'
import { Toaster, toast } from 'sonner'
import { forgetOnSignOut } from '../session-state.ts'

let mounted: Promise<void> | undefined

/** Puts the place for toasts on the page; a toast sent before it stands there would be lost. */
export function mountToaster(): Promise<void> {
  mounted ??= new Promise((resolve) => {
    const host = document.body.appendChild(document.createElement('div'))
    createRoot(host).render(<Corner onMounted={resolve} />)
  })
  return mounted
}

function Corner({ onMounted }: { onMounted: () => void }) {
  return (
    <div ref={(element) => void (element && requestAnimationFrame(() => onMounted()))}>
      <Toaster
        position="bottom-right"
        theme="system"
        visibleToasts={3}
        // Above the bottom tabs.
        mobileOffset={{ bottom: 72 }}
        containerAriaLabel="Messages"
        toastOptions={{
          unstyled: true,
          classNames: {
            toast:
              'flex w-full items-center gap-4 rounded-card bg-raised px-4 py-3 text-text shadow-popover font-sans text-body',
            content: 'flex-1',
            actionButton: 'rounded-control px-2 py-1 font-medium text-muted hover:bg-hover hover:text-text',
            cancelButton:
              'order-last rounded-control px-2 py-1 font-medium text-muted hover:bg-hover hover:text-text',
            error: 'text-danger',
          },
        }}
      />
    </div>
  )
}

export const show = toast
export const showError = toast.error
export const dismiss = toast.dismiss
// Names, and steps to take back, are for whoever did it.
forgetOnSignOut(() => void dismiss())
