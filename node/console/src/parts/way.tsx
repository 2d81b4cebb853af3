import type { Place } from '../api/records.ts'
import { way } from '../text/place.ts'

/** The object and the way in. Long names break where their parts end. */
export function Way({ object, at }: { object: string; at?: Place }) {
  return (
    <span class="way">
      {way(object, at ?? {}).map((step, nth) => (
        <>
          {nth > 0 && <span class="quiet"> › </span>}
          {step.split('/').map((part, nth) => (
            <>
              {nth > 0 && (
                <>
                  /<wbr />
                </>
              )}
              {part}
            </>
          ))}
        </>
      ))}
    </span>
  )
}
