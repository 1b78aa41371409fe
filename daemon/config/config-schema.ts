import { Type } from 'typebox'
import { schemaCheck } from '../../protocol/encoding/schema.ts'
import { HOME_FORMAT, PEERS_FORMAT } from '../../protocol/home.ts'
import { CLOSED, SlugSchema } from '../../protocol/records/schema-parts.ts'

const ADDRESSES_MAX = 16
const PEERS_MAX = 256
const PORT_MAX = 65_535
const MultiaddrText = Type.String({ pattern: '^/[!-~]{1,511}$' })

export const checkHomeFile = schemaCheck(
  Type.Object(
    {
      format: Type.Literal(HOME_FORMAT),
      organisation: SlugSchema,
      listen: Type.Array(MultiaddrText, { minItems: 1, maxItems: ADDRESSES_MAX }),
      announce: Type.Array(MultiaddrText, { maxItems: ADDRESSES_MAX }),
      rpcTcpPort: Type.Optional(Type.Integer({ minimum: 1, maximum: PORT_MAX })),
    },
    CLOSED,
  ),
)

export const checkPeersFile = schemaCheck(
  Type.Object(
    {
      format: Type.Literal(PEERS_FORMAT),
      peers: Type.Array(MultiaddrText, { maxItems: PEERS_MAX }),
    },
    CLOSED,
  ),
)
