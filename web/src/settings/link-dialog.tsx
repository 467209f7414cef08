import { useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Input } from '../ui/input.tsx'

interface LinkDialogProps {
  label: string
  link: string
  onClose: () => void
}

/** A link that is a key, to be copied and handed over: it is shown only once. */
export default function LinkDialog({ label, link, onClose }: LinkDialogProps) {
  const input = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState<{ text: string; isDone: boolean }>()
  const copy = async () => {
    input.current?.select()
    try {
      await navigator.clipboard.writeText(link)
      setCopied({ text: 'Copied.', isDone: true })
    } catch {
      // Browsers refuse where the page is not encrypted, or by a setting.
      setCopied({
        text: 'This browser does not let Rapport copy; it is selected, so copy it with the keyboard.',
        isDone: false,
      })
    }
  }
  return (
    <Dialog title="Hand over this link" onClose={onClose} initialFocus={input}>
      <DialogBody>
        <p className="text-muted">It is shown only now. Send it to the person in a way that you trust.</p>
        <Field label={label}>
          {(attributes) => (
            <Input
              {...attributes}
              ref={input}
              readOnly
              value={link}
              onFocus={(event) => event.target.select()}
            />
          )}
        </Field>
        <p role="status" className={classes('text-label', copied?.isDone && 'text-ok')}>
          {copied?.text}
        </p>
      </DialogBody>
      <DialogFooter>
        <Button large onClick={onClose}>
          Done
        </Button>
        <Button large look="primary" onClick={() => void copy()}>
          Copy link
        </Button>
      </DialogFooter>
    </Dialog>
  )
}
