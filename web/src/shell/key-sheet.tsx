import { useState } from 'react'
import { Dialog, DialogBody } from '../ui/dialog.tsx'
import { currentShortcuts, type Shortcut, writtenKeys } from '../ui/keys.ts'
import { SingleKeysSwitch } from '../ui/single-keys.tsx'

/** The sheet of keys: those that work on the screen behind it. */
export default function KeySheet({ onClose }: { onClose: () => void }) {
  const [shortcuts] = useState(currentShortcuts)
  return (
    <Dialog title="Keys" wide onClose={onClose}>
      <DialogBody>
        <div className="gap-8 wide:columns-2">
          {Object.entries(Object.groupBy(shortcuts, ({ group }) => group)).map(([group, list = []]) => (
            <section key={group} className="mb-5 break-inside-avoid">
              <h3 className="mb-1 text-label font-medium text-muted">{group}</h3>
              <dl>
                {list.map((shortcut) => (
                  <Row key={shortcut.keys} shortcut={shortcut} />
                ))}
              </dl>
            </section>
          ))}
        </div>
        <SingleKeysSwitch />
      </DialogBody>
    </Dialog>
  )
}

function Row({ shortcut }: { shortcut: Shortcut }) {
  return (
    <div className="flex h-7 items-center justify-between gap-4">
      <dt className="truncate">{shortcut.label}</dt>
      <dd className="flex gap-1">
        {writtenKeys(shortcut.keys).map((key) => (
          <kbd
            key={key}
            className="min-w-5 rounded border border-line px-1 text-center font-sans text-label text-muted"
          >
            {key}
          </kbd>
        ))}
      </dd>
    </div>
  )
}
