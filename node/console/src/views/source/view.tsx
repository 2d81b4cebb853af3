import type { Tagged } from '../../api/client.ts'
import type { Source } from '../../api/records.ts'
import { Asked } from '../../parts/asked.tsx'
import { Title } from '../../parts/title.tsx'
import { Way } from '../../parts/way.tsx'
import { useAsking, valueOf } from '../../state/asking.ts'
import { useShared } from '../../state/context.ts'
import { NameForm } from './name.tsx'
import { GivenUp } from './parked.tsx'
import { Schedules } from './schedules.tsx'

/** A source: what it is called, when it is scanned, and what its scans gave up. */
export function SourceView({ id }: { id: string }) {
  const { client } = useShared()
  const { asking, again, put } = useAsking(id, (signal) =>
    client.tagged('/api/v1/sources/{source}', { parts: { source: id }, signal }),
  )
  return (
    <>
      <Title name={valueOf(asking)?.value.profile.name ?? 'Source'} />
      <Asked asking={asking} again={again}>
        {(now) => <Shown now={now} put={put} again={again} />}
      </Asked>
    </>
  )
}

function Shown(props: {
  now: Tagged<Source>
  put: (now: Tagged<Source>) => void
  again: () => void
}) {
  const { now, put, again } = props
  const { id, location } = now.value
  return (
    <>
      <p>
        <Way object={location} />
      </p>
      <NameForm now={now} put={put} again={again} />
      <Schedules source={id} />
      <GivenUp source={id} />
    </>
  )
}
